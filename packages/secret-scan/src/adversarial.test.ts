import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, describe, expect, test } from 'vitest'
import { OWN_RULES } from './rules/own-rules.ts'
import { createSecretlintScanner } from './secretlint-scanner.ts'
import { PRESET_TABLE } from './secretlint/preset-table.ts'
import { createFullInspector, findIn } from './testing/find-in.ts'
import { CLOCK, blob, budget } from './testing/scan-inputs.ts'

const LITERALS = [
  ...new Set([
    ...OWN_RULES.flatMap((rule) => rule.literals),
    ...[...PRESET_TABLE.values()].flatMap((entry) => (entry.kind === 'run' ? entry.literals : [])),
  ]),
]
const PART_BYTES = 0x4_0000
const inspector = createFullInspector()

/**
 * What each rule has most work with, over and over: its literal alone, and behind it as much of its alphabet as it takes
 * or as it just does not take.
 */
const PATTERNS: readonly { name: string; pattern: string }[] = [
  ...LITERALS.map((literal) => ({ name: literal, pattern: literal })),
  ...LITERALS.map((literal) => ({ name: `${literal} and 240 characters`, pattern: literal + 'a1B'.repeat(80) })),
  { name: 'all literals', pattern: LITERALS.join(' ') },
  { name: 'all literals in one word', pattern: LITERALS.join('') },
  { name: 'a SendGrid key that does not end', pattern: `SG.a.${'b'.repeat(256)} ` },
  { name: 'a GitHub App token without a second dot', pattern: `${'ghs_1_'.repeat(160)}.` },
  { name: 'a private key of spaces', pattern: `-----BEGIN PRIVATE KEY-----\n${' '.repeat(9000)}` },
  { name: 'a JSON Web Token without an end', pattern: 'eyJaaaaaaaaaaaaaa.eyJaaaaaaaaaaaaa' },
  { name: 'a URL within a URL', pattern: 'http://aaa:bbbbbbbb@c.' },
  { name: 'percent escapes', pattern: '%41' },
  { name: 'an escape every 250 bytes', pattern: `%41${'a'.repeat(250)}` },
  { name: 'short runs of base64', pattern: `${'A'.repeat(24)} ` },
  { name: 'folded base64', pattern: `${'A'.repeat(24)}\n` },
  { name: 'hex', pattern: 'a1' },
  { name: 'UTF-16', pattern: 'a\0' },
  { name: 'zeros', pattern: '\0' },
  { name: 'line ends', pattern: '\n' },
]

describe('nothing that an agent writes makes one part slow', () => {
  test.each(PATTERNS)('$name', ({ pattern }) => {
    const bytes = Buffer.alloc(PART_BYTES, pattern, 'latin1')
    const started = performance.now()
    findIn(inspector, bytes)
    // Some 2 MB/s at worst on the machine that this was written on; what is not linear takes minutes.
    expect(performance.now() - started).toBeLessThan(3000)
  })
})

describe('a scan of hostile objects', () => {
  const scanner = createSecretlintScanner({ fingerprintKey: Buffer.alloc(32), liveSecrets: () => [], clock: CLOCK })
  afterAll(async () => scanner.close())
  const hostile = Buffer.alloc(10_000_000, LITERALS.join(''))

  test('keeps its deadline, and the main thread free', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const started = CLOCK()
    const slow = Buffer.alloc(10_000_000, 'xoxp-')
    const report = await scanner.scan([blob(slow), blob(slow)], budget({ deadline: started + 400 }))
    delay.disable()
    expect(report).toMatchObject({ kind: 'incomplete', reason: 'time-spent' })
    expect(CLOCK() - started).toBeLessThan(1500)
    expect(delay.max / 1e6).toBeLessThan(300)
  })

  test('says that there was too much to tell', async () => {
    expect(await scanner.scan([blob(hostile)], budget())).toMatchObject({
      kind: 'incomplete',
      reason: 'too-many-findings',
    })
  })
})
