import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ScanStop } from '../run/scan-stop.ts'
import { LEAKS_FOUND_CODE, parseGitleaksResult } from './gitleaks-report.ts'

const SCANNED = 'INF scanned ~100 bytes (100 bytes) in 1.2ms'
const ENTRY = { RuleID: 'github-pat', Description: 'A token', StartLine: 3, StartColumn: 7, Secret: 'gh\u00fc' }
const thrownBy = (run: () => unknown): unknown => {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}
const report = (...entries: object[]): string => JSON.stringify(entries)

describe("gitleaks' answer", () => {
  test('is read', () => {
    const result = { code: LEAKS_FOUND_CODE, stdout: report(ENTRY), stderr: SCANNED }
    expect(parseGitleaksResult(result, 100)).toEqual([
      { ruleId: 'github-pat', description: 'A token', line: 3, column: 5, secret: 'gh\u00c3\u00bc' },
    ])
    expect(parseGitleaksResult({ code: 0, stdout: '[]', stderr: SCANNED }, 100)).toEqual([])
  })

  const rows = [
    { name: 'a failure', answer: { code: 1 }, reason: 'scanner-failed', detail: 'gitleaks ended with code 1' },
    {
      name: 'an unknown flag',
      answer: { code: 126 },
      reason: 'scanner-failed',
      detail: 'gitleaks ended with code 126',
    },
    {
      name: 'a silent skip of a binary file',
      answer: { stderr: 'INF scanned ~0 bytes (0)' },
      reason: 'scanner-output',
      detail: 'gitleaks scanned 0 of 100 bytes',
    },
    {
      name: 'a stop in the middle',
      answer: { stderr: 'INF scanned ~99 bytes (99 bytes)' },
      reason: 'scanner-output',
      detail: 'gitleaks scanned 99 of 100 bytes',
    },
    {
      name: 'no word of how much it scanned',
      answer: { stderr: '' },
      reason: 'scanner-output',
      detail: 'gitleaks did not say how much it scanned',
    },
    {
      name: 'no report',
      answer: { stdout: '' },
      reason: 'scanner-output',
      detail: 'the report of gitleaks is not JSON',
    },
    {
      name: 'a report that was cut',
      answer: { stdout: '[{"RuleID": ' },
      reason: 'scanner-output',
      detail: 'the report of gitleaks is not JSON',
    },
    {
      name: 'a report that is no list',
      answer: { stdout: '{}' },
      reason: 'scanner-output',
      detail: 'the report of gitleaks is not a list',
    },
    {
      name: 'an entry that is no object',
      answer: { stdout: '[null]' },
      reason: 'scanner-output',
      detail: 'an entry in the report of gitleaks is not an object',
    },
    {
      name: 'a rule id with a line end',
      answer: { stdout: report({ ...ENTRY, RuleID: 'a\nb' }) },
      reason: 'scanner-output',
      detail: 'a rule in the report of gitleaks has no usable id',
    },
    {
      name: 'no description',
      answer: { stdout: report({ ...ENTRY, Description: 1 }) },
      reason: 'scanner-output',
      detail: 'a rule in the report of gitleaks has no description',
    },
    {
      name: 'a negative line',
      answer: { stdout: report({ ...ENTRY, StartLine: -1 }) },
      reason: 'scanner-output',
      detail: 'an entry in the report of gitleaks has no place',
    },
    {
      name: 'a redacted secret',
      answer: { stdout: report({ ...ENTRY, Secret: '' }) },
      reason: 'scanner-output',
      detail: 'an entry in the report of gitleaks has no secret',
    },
    {
      name: 'findings that are not in the report',
      answer: { code: LEAKS_FOUND_CODE },
      reason: 'scanner-output',
      detail: 'gitleaks found something and reported nothing',
    },
  ]
  test.each(rows)('that is $name denies', ({ answer, reason, detail }) => {
    const parse = (): unknown => parseGitleaksResult({ code: 0, stdout: '[]', stderr: SCANNED, ...answer }, 100)
    expect(parse).toThrow(expect.objectContaining({ reason, message: detail }))
  })

  test('of any other kind is refused as incomplete', () => {
    const anything = fc.oneof(fc.string(), fc.json(), fc.constant(report(ENTRY)))
    fc.assert(
      fc.property(
        fc.constantFrom(0, LEAKS_FOUND_CODE, 2),
        anything,
        fc.oneof(anything, fc.constant(SCANNED)),
        (code, stdout, stderr) => {
          expect(thrownBy(() => parseGitleaksResult({ code, stdout, stderr }, 100))).toSatisfy(
            (error) => error === undefined || error instanceof ScanStop,
          )
        },
      ),
    )
  })
})
