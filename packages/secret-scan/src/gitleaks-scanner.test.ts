import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMarker } from './finding-marks.ts'
import { LEAKS_FOUND_CODE } from './gitleaks/gitleaks-report.ts'
import { GITLEAKS_LAYOUT } from './gitleaks/gitleaks-feed.ts'
import type { ProgramResult, RunProgram } from './gitleaks/run-program.ts'
import { createGitleaksScanner } from './gitleaks-scanner.ts'
import { GATEWAY_CREDENTIAL_RULE } from './inspect/inspector.ts'
import type { Finding, ScanBudget, ScanInput, ScanReport, Scanner } from './scanner.ts'
import { RandomText } from './testing/random-text.ts'
import { CLOCK, blob, budget, chunked } from './testing/scan-inputs.ts'
import { findGitleaks, spawnProgram } from './testing/spawn-program.ts'

const KEY = Buffer.alloc(32, 7)
const LIVE = Buffer.from('live-credential-of-the-gateway')
const tokenOf = (seed: number): string => `glpat-${new RandomText(seed).base64url(20)}`
const TOKEN = tokenOf(42)

function createScanner(program: string, run: RunProgram): Scanner {
  return createGitleaksScanner({ program, run, fingerprintKey: KEY, liveSecrets: () => [LIVE], clock: CLOCK })
}

const findingsOf = (report: ScanReport): readonly Finding[] => (report.kind === 'clean' ? [] : report.findings)

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A gitleaks that reads everything and says so. */
function obedient(answer: (stream: Buffer) => Partial<ProgramResult>): RunProgram {
  return async (_program, _args, stdin) => {
    const stream = await readAll(stdin)
    return { code: 0, stdout: '[]', stderr: `scanned ~${stream.length} bytes`, ...answer(stream) }
  }
}

/** What gitleaks would report of a secret that it knows, with its way of counting columns. */
function reportOf(stream: Buffer, secret: string): string {
  const lines = stream.toString('latin1').split('\n')
  const entries = lines.flatMap((line, index) => {
    const entry = {
      RuleID: 'a-rule',
      Description: 'A\nrule',
      StartLine: index + 1,
      StartColumn: line.indexOf(secret) + 2,
      Secret: secret,
    }
    return line.includes(secret) ? [entry] : []
  })
  return JSON.stringify(entries)
}

describe('the gitleaks scanner, with a program that does as it is told', () => {
  const run = (secret: string): RunProgram => obedient((stream) => ({ stdout: reportOf(stream, secret) }))
  const scanWith = async (
    runProgram: RunProgram,
    inputs: ScanInput[],
    limits: Partial<ScanBudget> = {},
  ): Promise<ScanReport> => createScanner('gitleaks', runProgram).scan(inputs, budget(limits))

  test('says how much it scanned', async () => {
    expect(await scanWith(run('x'), [blob('one\n'), blob('two\n')])).toEqual({ kind: 'clean', objects: 2, bytes: 8 })
  })

  test('maps a finding back to its object', async () => {
    const report = await scanWith(run(TOKEN), [
      blob('a\nb\n'),
      blob(`1\n2\n  ${TOKEN}\n`, { id: 'e'.repeat(40), path: 'p' }),
    ])
    const { fingerprint, excerpt } = createMarker(KEY)({ rule: '', secret: TOKEN })
    expect(findingsOf(report)).toEqual([
      {
        rule: 'gitleaks-a-rule',
        title: 'Arule',
        object: 'e'.repeat(40),
        type: 'blob',
        path: 'p',
        line: 3,
        column: 3,
        encodings: [],
        fingerprint,
        excerpt,
      },
    ])
  })

  test('maps findings in large objects, wherever they are cut', async () => {
    const line = 'some text of a file that is long\n'
    const filler = Buffer.alloc(4 * GITLEAKS_LAYOUT.owned, line)
    const near = fc
      .integer({ min: -80, max: 80 })
      .map((distance) => GITLEAKS_LAYOUT.context + GITLEAKS_LAYOUT.owned + distance)
    await fc.assert(
      fc.asyncProperty(fc.oneof(near, fc.nat(filler.length)), async (at) => {
        const whole = Buffer.concat([filler.subarray(0, at), Buffer.from(`\n${TOKEN}\n`), filler.subarray(at)])
        const [finding, ...others] = findingsOf(await scanWith(run(TOKEN), [chunked([whole], whole.length)]))
        expect(others).toEqual([])
        expect(finding).toMatchObject({
          line: whole
            .subarray(0, at + 1)
            .toString()
            .split('\n').length,
          column: 1,
        })
      }),
      { numRuns: 60 },
    )
  })

  test('shows it UTF-16 as text, and maps that too', async () => {
    const report = await scanWith(run(TOKEN), [blob(Buffer.from(`first\nsecond ${TOKEN}`, 'utf16le'))])
    expect(findingsOf(report)).toMatchObject([{ line: 2, column: 15, encodings: ['utf-16'] }])
  })

  test('finds the credentials of the gateway, which gitleaks does not know', async () => {
    const text = Buffer.from(`:${LIVE.toString()}`).toString('base64')
    expect(findingsOf(await scanWith(run(TOKEN), [blob(text)]))).toMatchObject([
      { rule: GATEWAY_CREDENTIAL_RULE, line: 1 },
    ])
  })

  const halfHearted: RunProgram = async (_program, _args, stdin) => {
    for await (const chunk of stdin) return { code: 0, stdout: '[]', stderr: `scanned ~${chunk.length} bytes` }
    throw new Error('there was nothing to read')
  }
  const fails =
    (error: Error): RunProgram =>
    async () => {
      throw error
    }
  const rows: readonly { name: string; run: RunProgram; reason: string }[] = [
    {
      name: 'is not there',
      run: fails(Object.assign(new Error('spawn gitleaks'), { code: 'ENOENT' })),
      reason: 'scanner-missing',
    },
    { name: 'is killed', run: fails(new Error('SIGKILL')), reason: 'scanner-failed' },
    { name: 'fails', run: obedient(() => ({ code: 1 })), reason: 'scanner-failed' },
    { name: 'skips', run: obedient(() => ({ stderr: 'scanned ~0 bytes' })), reason: 'scanner-output' },
    {
      name: 'does not read',
      run: async () => Promise.resolve({ code: 0, stdout: '[]', stderr: 'scanned ~0 bytes' }),
      reason: 'scanner-failed',
    },
    { name: 'reads a part', run: halfHearted, reason: 'scanner-failed' },
    { name: 'speaks nonsense', run: obedient(() => ({ stdout: 'leaks: none' })), reason: 'scanner-output' },
    {
      name: 'finds what nobody gave it',
      run: obedient(() => ({ stdout: reportOf(Buffer.from(TOKEN), TOKEN), code: LEAKS_FOUND_CODE })),
      reason: 'scanner-output',
    },
  ]
  test.each(rows)('denies when it $name', async ({ run: runProgram, reason }) => {
    expect(await scanWith(runProgram, [blob('text')])).toMatchObject({ kind: 'incomplete', reason })
  })

  test('denies when an input fails, whatever the runner makes of that', async () => {
    const asFailure: RunProgram = async (_program, _args, stdin) => {
      try {
        await readAll(stdin)
      } catch (error) {
        throw new Error('stdin failed', { cause: error })
      }
      return { code: 0, stdout: '[]', stderr: '' }
    }
    expect(await scanWith(asFailure, [{ ...blob('abc'), size: 4 }])).toMatchObject({
      kind: 'incomplete',
      reason: 'size-mismatch',
    })
    expect(
      await scanWith(
        obedient(() => ({})),
        [blob('abcd')],
        { bytes: 3 },
      ),
    ).toMatchObject({ reason: 'bytes-spent' })
  })

  test('denies when it takes too long, and tells the runner', async () => {
    const forever: RunProgram = async (_program, _args, _stdin, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('killed')))
      })
    expect(await scanWith(forever, [blob('a')], { deadline: CLOCK() + 100 })).toMatchObject({ reason: 'time-spent' })
    const closing = createScanner('gitleaks', forever)
    const report = closing.scan([blob('a')], budget())
    await closing.close()
    expect(await report).toMatchObject({ reason: 'closed' })
  })
})

const program = findGitleaks()
// `go install github.com/zricethezav/gitleaks/v8@v8.30.1` provides it.
describe.skipIf(program === undefined)(
  'the gitleaks scanner, with gitleaks (skipped where it is not installed)',
  () => {
    const scan = async (...inputs: ScanInput[]): Promise<ScanReport> =>
      createScanner(program ?? '', spawnProgram).scan(inputs, budget())

    test('finds nothing in nothing', async () => {
      expect(await scan()).toEqual({ kind: 'clean', objects: 0, bytes: 0 })
      expect(await scan(blob(''), blob('const a = 1\n'))).toEqual({ kind: 'clean', objects: 2, bytes: 12 })
    })

    test('finds a secret where it is', async () => {
      const report = await scan(
        blob('a\n'),
        blob(`1\nkey: ${TOKEN} # gitleaks:allow\n`, { path: 'node_modules/a/package-lock.json' }),
        blob('b'),
      )
      expect(findingsOf(report)).toMatchObject([
        { rule: 'gitleaks-gitlab-pat', line: 2, column: 6, path: 'node_modules/a/package-lock.json' },
      ])
      expect(findingsOf(report)[0]?.fingerprint).toBe(createMarker(KEY)({ rule: '', secret: TOKEN }).fingerprint)
    })

    // gitleaks looks for these marks at fixed places of what it reads first: at the beginning, or behind what stands here.
    const marks = [
      { name: 'zip', mark: 'PK\x03\x04' },
      { name: 'ELF', mark: '\x7fELF' },
      { name: 'PDF', mark: '%PDF' },
      { name: 'tar', mark: 'ustar' },
      { name: 'DICOM', mark: 'DICM' },
      { name: 'ISO image', mark: 'CD001' },
    ]
    test.each(marks)('reads on behind the mark of a $name, wherever it stands', async ({ mark }) => {
      for (let shift = 0; shift < mark.length; shift++) {
        const head = mark.repeat(7000).slice(shift)
        expect((await scan(blob(`${head}\n\n${TOKEN}\n`))).kind).toBe('found')
      }
    })

    test('reads UTF-16 in both byte orders', async () => {
      const little = Buffer.from(`\ufefftoken ${TOKEN}\n`, 'utf16le')
      expect(findingsOf(await scan(blob(little), blob(Buffer.from(little).swap16())))).toMatchObject([
        { line: 1, encodings: ['utf-16'] },
        { line: 1, encodings: ['utf-16'] },
      ])
    })

    test('finds what lies across its own pieces', async () => {
      // No empty lines, so that gitleaks has only ours to cut at.
      const filler = Buffer.alloc(400_000, `${'abc def ghi '.repeat(9)}\n`)
      const offsets = Array.from({ length: 40 }, (_, index) => 95_000 + 800 * index)
      const parts = offsets.map((at, index) =>
        Buffer.concat([filler.subarray(offsets[index - 1] ?? 0, at), Buffer.from(` ${tokenOf(index)} `)]),
      )
      const whole = Buffer.concat([...parts, filler.subarray(offsets.at(-1))])
      const found = new Set(
        findingsOf(await scan(chunked([whole], whole.length))).map((finding) => finding.fingerprint),
      )
      expect(found.size).toBe(offsets.length)
    })

    test('denies when the program is missing', async () => {
      const missing = createScanner('/no/such/gitleaks', spawnProgram)
      expect(await missing.scan([blob('a')], budget())).toMatchObject({ kind: 'incomplete', reason: 'scanner-missing' })
    })
  },
)
