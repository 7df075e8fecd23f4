import fc from 'fast-check'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { createMarker } from './finding-marks.ts'
import { GATEWAY_CREDENTIAL_RULE } from './inspect/inspector.ts'
import type { Finding, ScanInput, ScanReport, Scanner } from './scanner.ts'
import { type WorkerSetup, createSecretlintScanner } from './secretlint-scanner.ts'
import { RandomText } from './testing/random-text.ts'
import { sampleOf } from './testing/rule-samples.ts'
import { CLOCK, blob, budget, chunked } from './testing/scan-inputs.ts'
import { PART_LAYOUT } from './workers/part-batch.ts'

const KEY = Buffer.alloc(32, 7)
const LIVE = Buffer.from('live-credential-of-the-gateway')
const TOKEN = sampleOf('github-token', 42).secret

function createScanner(workers: Partial<WorkerSetup> = {}, fingerprintKey = KEY): Scanner {
  return createSecretlintScanner({ fingerprintKey, liveSecrets: () => [LIVE], clock: CLOCK, workers })
}

const scanner = createScanner()
afterAll(async () => scanner.close())

const fingerprintOf = (secret: string): string => createMarker(KEY)({ rule: '', secret }).fingerprint
const scan = async (...inputs: ScanInput[]): Promise<ScanReport> => scanner.scan(inputs, budget())
const findingsOf = (report: ScanReport): readonly Finding[] => (report.kind === 'clean' ? [] : report.findings)

describe('the secretlint scanner', () => {
  test('says how much it scanned when it found nothing', async () => {
    expect(await scan(blob('one\n'), blob(''), blob('three\n'))).toEqual({ kind: 'clean', objects: 3, bytes: 10 })
    expect(await scan()).toEqual({ kind: 'clean', objects: 0, bytes: 0 })
  })

  test('names object, path, commit, line and column, and nothing of the secret', async () => {
    const report = await scan(
      blob('clean'),
      blob(`first\nsecond ${TOKEN}\n`, { id: 'c'.repeat(40), path: 'src/a.ts', commit: 'd'.repeat(40) }),
    )
    expect(report).toEqual({
      kind: 'found',
      objects: 2,
      bytes: 19 + TOKEN.length,
      findings: [
        {
          rule: 'github-token',
          title: 'GitHub token',
          object: 'c'.repeat(40),
          type: 'blob',
          path: 'src/a.ts',
          commit: 'd'.repeat(40),
          line: 2,
          column: 8,
          encodings: [],
          fingerprint: fingerprintOf(TOKEN),
          excerpt: `${TOKEN.slice(0, 4)}… (40 bytes)`,
        },
      ],
    })
    expect(JSON.stringify(report)).not.toContain(TOKEN.slice(4, 16))
  })

  test.each(['blob', 'tree', 'commit', 'tag', 'ref-name', 'path'] as const)('scans what is a %s', async (type) => {
    expect(await scan(blob(`100644 ${TOKEN}\0${'\x01'.repeat(20)}`, { type }))).toMatchObject({
      kind: 'found',
      findings: [{ type }],
    })
  })

  test.each([
    {
      name: 'a comment of secretlint',
      text: `/* secretlint-disable */\nconst a = '${TOKEN}' // secretlint-disable-line`,
    },
    { name: 'a comment of gitleaks', text: `a = "${TOKEN}" # gitleaks:allow` },
    { name: 'NUL bytes', text: `\0\0\x7fELF\0${TOKEN}\0` },
    { name: 'a magic number', text: `PK\x03\x04${TOKEN}` },
  ])('is not put off by $name', async ({ text }) => {
    expect((await scan(blob(text))).kind).toBe('found')
  })

  test.each(['package-lock.json', 'node_modules/a/index.js', 'image.png', 'testdata/fixture.pem', '.secretlintignore'])(
    'exempts no path: %s',
    async (path) => expect((await scan(blob(TOKEN, { path }))).kind).toBe('found'),
  )

  test('finds the credentials of the gateway in any form, and shows nothing of them', async () => {
    const report = await scan(blob(`a ${Buffer.from(`x:${LIVE.toString()}`).toString('base64')}`))
    expect(report).toMatchObject({
      kind: 'found',
      findings: [{ rule: GATEWAY_CREDENTIAL_RULE, excerpt: '… (39 bytes)' }],
    })
  })

  test('knows a credential from the scan on that follows its change', async () => {
    let live = [LIVE]
    const changing = createSecretlintScanner({ fingerprintKey: KEY, liveSecrets: () => live, clock: CLOCK })
    const kinds: string[] = []
    for (const next of [[LIVE], [Buffer.from('renewed-credential-of-the-gateway')], [LIVE]]) {
      live = next
      kinds.push((await changing.scan([blob('renewed-credential-of-the-gateway')], budget())).kind)
    }
    await changing.close()
    expect(kinds).toEqual(['clean', 'found', 'clean'])
  })

  test('knows a credential that was written over the one before', async () => {
    const credential = Buffer.from('first-credential-of-the-gateway')
    const changing = createSecretlintScanner({ fingerprintKey: KEY, liveSecrets: () => [credential], clock: CLOCK })
    await changing.scan([blob('text')], budget())
    credential.write('other')
    const report = await changing.scan([blob('other-credential-of-the-gateway')], budget())
    await changing.close()
    expect(report.kind).toBe('found')
  })

  test('gives a secret the same fingerprint wherever it is, and another in another installation', async () => {
    const other = createScanner({}, Buffer.alloc(32, 8))
    const encoded = Buffer.from(`  ${TOKEN}  `).toString('base64')
    const fingerprintsOf = (report: ScanReport): readonly string[] =>
      findingsOf(report).map((finding) => finding.fingerprint)
    expect(fingerprintsOf(await scan(blob(TOKEN), blob(encoded)))).toEqual([fingerprintOf(TOKEN), fingerprintOf(TOKEN)])
    expect(fingerprintsOf(await other.scan([blob(TOKEN)], budget()))).not.toContain(fingerprintOf(TOKEN))
    await other.close()
  })
})

describe('large objects', () => {
  const LINE = 'a line of a text that goes on for long\n'
  const filler = Buffer.alloc(3 * PART_LAYOUT.owned, LINE)

  test('hold secrets wherever parts and chunks end', async () => {
    const near = fc
      .integer({ min: -200, max: 200 })
      .map((distance) => PART_LAYOUT.owned + PART_LAYOUT.overlap + distance)
    const offset = fc.oneof(
      near,
      near.map((at) => at - PART_LAYOUT.overlap),
      fc.nat(filler.length),
    )
    const kind = fc.constantFrom('github-token', 'private-key', 'json-web-token')
    await fc.assert(
      fc.asyncProperty(offset, fc.integer({ min: 1, max: 400_000 }), kind, async (at, chunkSize, rule) => {
        const { text } = sampleOf(rule, at)
        const whole = Buffer.concat([filler.subarray(0, at), Buffer.from(`\n${text}\n`), filler.subarray(at)])
        const chunks = Array.from({ length: Math.ceil(whole.length / chunkSize) }, (_, index) =>
          whole.subarray(index * chunkSize, (index + 1) * chunkSize),
        )
        const before = whole.subarray(0, at + 1).toString('latin1')
        const report = await scanner.scan([chunked(chunks, whole.length)], budget())
        expect(report).toMatchObject({
          kind: 'found',
          findings: [{ rule, line: before.split('\n').length, column: 1 }],
        })
        expect(findingsOf(report)).toHaveLength(1)
      }),
      { numRuns: 25 },
    )
  })

  test('need no more memory than small ones', async () => {
    const size = 256 * 1024 * 1024
    const chunk = Buffer.alloc(1024 * 1024, LINE)
    let highest = 0
    const before = process.memoryUsage().rss
    async function* chunks(): AsyncIterable<Uint8Array> {
      for (let sent = 0; sent < size; sent += chunk.length) {
        highest = Math.max(highest, process.memoryUsage().rss - before)
        yield chunk
      }
    }
    const report = await scanner.scan([{ ...blob(''), size, chunks: chunks() }], budget())
    expect(report).toEqual({ kind: 'clean', objects: 1, bytes: size })
    // Two workers with their heaps; the object is five times as large.
    expect(highest).toBeLessThan(64 * 1024 * 1024)
  })
})

describe('a scan that does not see everything', () => {
  const endless = async function* (): AsyncIterable<Uint8Array> {
    for (;;) yield Buffer.alloc(100_000)
  }
  const stuck = async function* (): AsyncIterable<Uint8Array> {
    yield Buffer.from(TOKEN)
    await new Promise(() => undefined)
  }
  const broken = async function* (): AsyncIterable<Uint8Array> {
    yield Buffer.from('a')
    throw new Error('a pipe broke')
  }
  const source = (chunks: AsyncIterable<Uint8Array>, size = 1_000_000_000): ScanInput => ({ ...blob(''), size, chunks })

  test.each([
    {
      name: 'an object larger than the budget',
      input: source(endless()),
      limits: { bytes: 1_000_000 },
      reason: 'bytes-spent',
    },
    { name: 'no time at all', input: blob('a'), limits: {}, left: 0, reason: 'time-spent' },
    { name: 'an object that never ends', input: source(stuck()), limits: {}, left: 300, reason: 'time-spent' },
    { name: 'an aborted scan', input: blob('a'), limits: { signal: AbortSignal.abort() }, reason: 'aborted' },
    { name: 'an object that cannot be read', input: source(broken()), limits: {}, reason: 'input-failed' },
    {
      name: 'an object that is shorter than it says',
      input: { ...blob('abc'), size: 4 },
      limits: {},
      reason: 'size-mismatch',
    },
    {
      name: 'an object that is longer than it says',
      input: { ...blob('abc'), size: 2 },
      limits: {},
      reason: 'size-mismatch',
    },
  ])('is incomplete: $name', async ({ input, limits, left = 60_000, reason }) => {
    const report = await scanner.scan([input], budget({ ...limits, deadline: CLOCK() + left }))
    expect(report).toMatchObject({ kind: 'incomplete', reason })
  })

  test('is incomplete when it is aborted on its way', async () => {
    const controller = new AbortController()
    const report = scanner.scan([source(endless())], budget({ signal: controller.signal }))
    setTimeout(() => controller.abort(), 50)
    expect(await report).toMatchObject({ kind: 'incomplete', reason: 'aborted' })
  })

  test('is incomplete when there are more findings than anyone reads', async () => {
    const random = new RandomText(3)
    const inputs = Array.from({ length: 1001 }, () => blob(`ghp_${random.alphanumeric(36)}`))
    expect(await scanner.scan(inputs, budget())).toMatchObject({ kind: 'incomplete', reason: 'too-many-findings' })
  })

  test('lets go of its sources', async () => {
    let isReleased = false
    async function* inputs(): AsyncIterable<ScanInput> {
      try {
        for (;;) yield blob('abc')
      } finally {
        isReleased = true
      }
    }
    await scanner.scan(inputs(), budget({ bytes: 1000 }))
    expect(isReleased).toBe(true)
  })

  test('works again afterwards', async () => {
    expect((await scan(blob(TOKEN))).kind).toBe('found')
  })
})

describe('workers', () => {
  const entry = new URL('./testing/faulty-worker.ts', import.meta.url)
  const scanners: Scanner[] = []
  const create = (workers: Partial<WorkerSetup>): Scanner => {
    const created = createScanner(workers)
    scanners.push(created)
    return created
  }
  afterEach(async () => {
    await Promise.all(scanners.splice(0).map(async (each) => each.close()))
  })

  test.each([
    { what: 'hang', reason: 'time-spent', detail: 'a part of an object took too long' },
    { what: 'throw', reason: 'scanner-failed', detail: 'a scan worker failed (TypeError)' },
    { what: 'exit', reason: 'scanner-failed', detail: 'a scan worker ended' },
    { what: 'memory', reason: 'scanner-failed', detail: 'a scan worker failed (ERR_WORKER_OUT_OF_MEMORY)' },
  ])('that $what deny what they were at, and are replaced', async ({ what, reason, detail }) => {
    const faulty = create({ entry, requestMs: 1000, memoryMb: 16 })
    expect(await faulty.scan([blob(what)], budget())).toEqual({ kind: 'incomplete', reason, detail, findings: [] })
    expect(await faulty.scan([blob('fine')], budget())).toMatchObject({ kind: 'clean' })
  })

  test('that hang hold up neither the main thread nor another scan', async () => {
    const faulty = create({ entry, patienceMs: 100, requestMs: 2000 })
    const hanging = faulty.scan([blob('hang')], budget())
    const started = CLOCK()
    expect(await faulty.scan([blob('fine')], budget())).toMatchObject({ kind: 'clean' })
    expect(CLOCK() - started).toBeLessThan(1000)
    expect(await hanging).toMatchObject({ kind: 'incomplete', reason: 'time-spent' })
  })

  test('are ended by the deadline of a scan, whatever they are at', async () => {
    const faulty = create({ entry, count: 1 })
    expect(await faulty.scan([blob('hang')], budget({ deadline: CLOCK() + 300 }))).toMatchObject({
      reason: 'time-spent',
    })
    expect(await faulty.scan([blob('fine')], budget())).toMatchObject({ kind: 'clean' })
  })

  test('that cannot be started deny', async () => {
    const missing = create({ entry: new URL('./testing/no-such-worker.ts', import.meta.url) })
    expect(await missing.scan([blob('fine')], budget())).toMatchObject({ kind: 'incomplete', reason: 'scanner-failed' })
  })

  test('serve many scans at once', async () => {
    const busy = create({})
    const reports = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => busy.scan([blob(index % 2 === 0 ? TOKEN : 'fine')], budget())),
    )
    expect(reports.map((report) => report.kind)).toEqual(
      reports.map((_, index) => (index % 2 === 0 ? 'found' : 'clean')),
    )
  })

  test('of a closed scanner deny', async () => {
    const closed = create({ entry })
    const hanging = closed.scan([blob('hang')], budget())
    await closed.scan([blob('fine')], budget())
    await closed.close()
    expect(await hanging).toMatchObject({ kind: 'incomplete', reason: 'closed' })
    expect(await closed.scan([blob('fine')], budget())).toMatchObject({ kind: 'incomplete', reason: 'closed' })
  })
})
