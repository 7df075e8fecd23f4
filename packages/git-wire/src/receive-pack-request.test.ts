import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ZERO_ID } from './object-id.ts'
import { parsePackHeader } from './pack-header.ts'
import type { PushCapabilities } from './push-capabilities.ts'
import { type ReceivePackEvent, createReceivePackRequestParser } from './receive-pack-request.ts'
import { type RefUpdateCommand, sendsPack } from './ref-commands.ts'
import { renderReceivePackRequest } from './render-receive-pack-request.ts'
import { identity, objectId, objectIds, refName } from './testing/arbitraries.ts'
import { bytes, cut, cuts, damaged, feedEvents, pkt, singleBytes } from './testing/feed.ts'

const OLD = '937fd86b3d6f5a8f97eb1da57c169fbe73934267'
const NEW = 'ee087b474d5faee2687361a5edbd55363167c70e'
const HEADER = 'PACK\0\0\0\x02\0\0\0\0'
const GIT = ' report-status-v2 side-band-64k object-format=sha1 agent=git/2.39.5'
const GIT_CAPABILITIES: PushCapabilities = { reportStatus: 'report-status-v2', sideband: true, atomic: false, quiet: false, agent: 'git/2.39.5', objectFormat: 'sha1' }

function command(name: string, oldId = OLD, newId = NEW): string {
  return `${oldId} ${newId} ${name}`
}

function first(name: string, capabilities = GIT): string {
  return pkt(`${command(name)}\0${capabilities}`)
}

function parse(input: string) {
  const whole = feedEvents(createReceivePackRequestParser(), [bytes(input)])
  expect(feedEvents(createReceivePackRequestParser(), singleBytes(bytes(input)))).toEqual(whole)
  return whole
}

const MAIN: RefUpdateCommand = { oldId: OLD, newId: NEW, name: 'refs/heads/main' }
const PACK: ReceivePackEvent = { kind: 'data', data: bytes(HEADER) }

function commands(list: readonly RefUpdateCommand[], capabilities: PushCapabilities = GIT_CAPABILITIES, more: object = {}) {
  return { kind: 'commands', request: { commands: list, capabilities, shallow: [], caseCollisions: [], ...more } }
}

describe('pushes that clients send', () => {
  it.each([
    { name: 'git 2.39', input: `${first('refs/heads/main')}0000${HEADER}`, events: [commands([MAIN]), PACK] },
    {
      name: 'JGit, whose list begins without a space',
      input: `${first('refs/heads/main', 'atomic report-status delete-refs ofs-delta side-band-64k agent=JGit/6.10')}0000${HEADER}`,
      events: [commands([MAIN], { reportStatus: 'report-status', sideband: true, atomic: true, quiet: false, agent: 'JGit/6.10' }), PACK],
    },
    {
      name: 'libgit2, which ends lines with LF',
      input: `${pkt(`${command('refs/heads/main')}\0 report-status side-band-64k\n`)}${pkt(`${command('refs/heads/x')}\n`)}0000${HEADER}`,
      events: [commands([MAIN, { ...MAIN, name: 'refs/heads/x' }], { reportStatus: 'report-status', sideband: true, atomic: false, quiet: false }), PACK],
    },
    {
      name: 'a client without capabilities',
      input: `${pkt(command('refs/heads/main'))}0000${HEADER}`,
      events: [commands([MAIN], { reportStatus: 'none', sideband: false, atomic: false, quiet: false }), PACK],
    },
    {
      name: 'create, update and delete, atomic and quiet, with a session id',
      input: `${pkt(`${command('refs/heads/new', ZERO_ID)}\0 report-status quiet atomic session-id=abc`)}${pkt(command('refs/heads/main'))}${pkt(command('refs/tags/v1', OLD, ZERO_ID))}0000${HEADER}`,
      events: [
        commands(
          [{ oldId: ZERO_ID, newId: NEW, name: 'refs/heads/new' }, MAIN, { oldId: OLD, newId: ZERO_ID, name: 'refs/tags/v1' }],
          { reportStatus: 'report-status', sideband: false, atomic: true, quiet: true, sessionId: 'abc' },
        ),
        PACK,
      ],
    },
    { name: 'a shallow clone', input: `${pkt(`shallow ${OLD}`)}${first('refs/heads/main')}0000${HEADER}`, events: [commands([MAIN], GIT_CAPABILITIES, { shallow: [OLD] }), PACK] },
    { name: 'deletions only, without a pack', input: `${pkt(`${command('refs/heads/x', OLD, ZERO_ID)}\0${GIT}`)}0000`, events: [commands([{ oldId: OLD, newId: ZERO_ID, name: 'refs/heads/x' }])] },
    { name: 'a probe', input: '0000', events: [{ kind: 'probe' }] },
  ])('$name', ({ input, events }) => {
    expect(parse(input)).toEqual({ kind: 'ok', value: events })
  })

  it('a pack as views, without a copy', () => {
    const input = Buffer.concat([bytes(`${first('refs/heads/main')}0000${HEADER}`), Buffer.alloc(100_000)])
    const parsed = createReceivePackRequestParser().push(input)
    const pack = parsed.kind === 'ok' ? parsed.value.at(-1) : undefined
    expect(pack?.kind === 'data' && pack.data.buffer === input.buffer && pack.data.length).toBe(100_012)
  })
})

it.each([
  { name: 'a probe', input: '0000', done: true },
  { name: 'a push that only deletes', input: `${pkt(`${command('refs/heads/x', OLD, ZERO_ID)}\0${GIT}`)}0000`, done: true },
  { name: 'a push with a pack', input: `${first('refs/heads/main')}0000${HEADER}`, done: false },
])('the parser knows whether $name has ended', ({ input, done }) => {
  const parser = createReceivePackRequestParser()
  parser.push(bytes(input))
  expect(parser.done).toBe(done)
})

describe('names that are not acceptable', () => {
  it.each([
    { name: 'a refspec trick', input: 'refs/heads/a:refs/heads/main' },
    { name: 'a path out of refs', input: 'refs/heads/../../config' },
    { name: 'one component', input: 'HEAD' },
    { name: 'a glob', input: 'refs/heads/*' },
    { name: 'a lock file', input: 'refs/heads/main.lock' },
    { name: 'a name that is too long', input: `refs/heads/${'x'.repeat(300)}` },
  ])('$name is understood, kept and marked', ({ input }) => {
    expect(parse(`${first(input)}0000${HEADER}`)).toMatchObject({ kind: 'ok', value: [{ request: { commands: [{ name: input, nameProblem: { code: 'ref-name' } }] } }, PACK] })
  })

  it('a letter that looks like another is kept and marked', () => {
    expect(parse(`${first('refs/heads/m\xd0\xb0in')}0000${HEADER}`)).toMatchObject({ kind: 'ok', value: [{ request: { commands: [{ name: 'refs/heads/mаin', nameProblem: { code: 'ref-name' } }] } }, PACK] })
  })

  it('names that differ by case alone are told', () => {
    const input = `${first('refs/heads/Main')}${pkt(command('refs/heads/x'))}${pkt(command('refs/heads/main'))}${pkt(command('refs/heads/MAIN'))}0000${HEADER}`
    expect(parse(input)).toMatchObject({ kind: 'ok', value: [{ request: { caseCollisions: [['refs/heads/Main', 'refs/heads/main', 'refs/heads/MAIN']] } }, PACK] })
  })
})

describe('malformed pushes', () => {
  const main = first('refs/heads/main')
  it.each([
    { name: 'CVE-2025-54584: a fake pack in front of the true one', input: `${main}0000FAKE${HEADER}${HEADER}`, code: 'pack-signature' },
    { name: 'CVE-2025-54584: one byte in front of the pack', input: `${main}0000\0${HEADER}`, code: 'pack-signature' },
    { name: 'CVE-2025-54584: PACK inside a ref name is a name, the pack begins behind the flush', input: `${first('refs/heads/PACK')}0000${HEADER.slice(1)}`, code: 'truncated' },
    { name: 'CVE-2025-54584: a pack in front of the flush', input: `${main}${HEADER}0000`, code: 'packet-header' },
    { name: 'CVE-2025-54583: one ref twice', input: `${main}${pkt(command('refs/heads/main', OLD, OLD))}0000${HEADER}`, code: 'duplicate-ref' },
    { name: 'commands behind the flush', input: `${main}0000${main}0000${HEADER}`, code: 'pack-signature' },
    { name: 'commands behind a flush in front', input: `0000${main}0000${HEADER}`, code: 'no-commands' },
    { name: 'a pack behind a probe', input: `0000${HEADER}`, code: 'no-commands' },
    { name: 'no commands but shallow lines', input: `${pkt(`shallow ${OLD}`)}0000`, code: 'no-commands' },
    { name: 'a pack behind deletions', input: `${pkt(`${command('refs/heads/x', OLD, ZERO_ID)}\0${GIT}`)}0000${HEADER}`, code: 'unexpected-pack' },
    { name: 'one byte behind deletions', input: `${pkt(`${command('refs/heads/x', OLD, ZERO_ID)}\0${GIT}`)}00000`, code: 'unexpected-pack' },
    { name: 'no pack', input: `${main}0000`, code: 'truncated' },
    { name: 'half a pack header', input: `${main}0000PACK\0\0`, code: 'truncated' },
    { name: 'a pack of version 4', input: `${main}0000PACK\0\0\0\x04\0\0\0\0`, code: 'pack-version' },
    { name: 'no flush', input: main, code: 'truncated' },
    { name: 'nothing', input: '', code: 'truncated' },
    { name: 'a push certificate', input: `${pkt(`push-cert\0${GIT}\n`)}${pkt('certificate version 0.1\n')}0000`, code: 'push-certificate' },
    { name: 'push options', input: `${first('refs/heads/main', `${GIT} push-options`)}0000${pkt('ci.skip')}0000${HEADER}`, code: 'push-options' },
    { name: 'push options with a value', input: `${first('refs/heads/main', 'push-options=x')}0000${HEADER}`, code: 'push-options' },
    { name: 'an unknown capability', input: `${first('refs/heads/main', ' report-status frobnicate')}0000${HEADER}`, code: 'unknown-capability' },
    { name: 'a capability of upload-pack', input: `${first('refs/heads/main', ' multi_ack')}0000${HEADER}`, code: 'unknown-capability' },
    { name: 'a capability twice', input: `${first('refs/heads/main', ' atomic atomic')}0000${HEADER}`, code: 'capability' },
    { name: 'sha256 by its capability', input: `${first('refs/heads/main', ' object-format=sha256')}0000${HEADER}`, code: 'object-format' },
    { name: 'sha256 by its ids', input: `${pkt(`${OLD}${OLD.slice(0, 24)} ${NEW}${NEW.slice(0, 24)} refs/heads/main\0${GIT}`)}0000${HEADER}`, code: 'object-format' },
    { name: 'a NUL inside the capabilities, behind which others could hide', input: `${first('refs/heads/main', ' report-status\0push-options')}0000${HEADER}`, code: 'capability' },
    { name: 'a NUL behind a later command, where another name could hide', input: `${main}${pkt(`${command('refs/heads/x')}\0refs/heads/main`)}0000${HEADER}`, code: 'malformed-line' },
    { name: 'a NUL in front of the name', input: `${pkt(`${OLD} ${NEW} \0refs/heads/main`)}0000${HEADER}`, code: 'capability' },
    { name: 'a line feed inside a name', input: `${first('refs/heads/a\nrefs/heads/main')}0000${HEADER}`, code: 'malformed-line' },
    { name: 'a line feed in front of the NUL', input: `${first('refs/heads/main\n')}0000${HEADER}`, code: 'malformed-line' },
    { name: 'a space inside a name', input: `${first('refs/heads/a refs/heads/main')}0000${HEADER}`, code: 'malformed-line' },
    { name: 'two spaces between the ids', input: `${pkt(`${OLD}  ${NEW} refs/heads/main\0${GIT}`)}0000${HEADER}`, code: 'object-id' },
    { name: 'no name', input: `${pkt(`${OLD} ${NEW} \0${GIT}`)}0000${HEADER}`, code: 'malformed-line' },
    { name: 'no space behind the ids', input: `${pkt(`${OLD} ${NEW}\0${GIT}`)}0000${HEADER}`, code: 'malformed-line' },
    { name: 'a name that is no text', input: `${first('refs/heads/\xff')}0000${HEADER}`, code: 'ref-name' },
    { name: 'an id in upper case', input: `${pkt(`${OLD.toUpperCase()} ${NEW} refs/heads/main`)}0000${HEADER}`, code: 'object-id' },
    { name: 'a short id', input: `${pkt(`${OLD.slice(1)} ${NEW} refs/heads/main`)}0000${HEADER}`, code: 'object-id' },
    { name: 'nothing to nothing', input: `${pkt(command('refs/heads/main', ZERO_ID, ZERO_ID))}0000`, code: 'object-id' },
    { name: 'an empty line', input: `${main}00040000${HEADER}`, code: 'object-id' },
    { name: 'a shallow line behind a command', input: `${main}${pkt(`shallow ${OLD}`)}0000${HEADER}`, code: 'malformed-line' },
    { name: 'a shallow line of nothing', input: `${pkt('shallow x')}${main}0000${HEADER}`, code: 'object-id' },
    { name: 'a delimiter', input: `${main}0001${HEADER}`, code: 'unexpected-packet' },
    { name: 'a length of three', input: `${main}0003`, code: 'packet-header' },
  ])('$name', ({ input, code }) => {
    expect(parse(input)).toMatchObject({ kind: 'error', error: { code } })
  })

  it.each([
    { name: 'endless commands', limits: { maxPackets: 10, maxBytes: 100_000 }, code: 'too-many' },
    { name: 'commands that are too large', limits: { maxPackets: 1000, maxBytes: 1000 }, code: 'too-large' },
  ])('$name', ({ limits, code }) => {
    const input = first('refs/heads/0') + Array.from({ length: 20 }, (_, index) => pkt(command(`refs/heads/x${index}`))).join('')
    expect(createReceivePackRequestParser(limits).push(bytes(input))).toMatchObject({ error: { code } })
  })

  it('do not let the limit on commands bound the pack', () => {
    const parser = createReceivePackRequestParser({ maxPackets: 2, maxBytes: 500 })
    expect(feedEvents(parser, [bytes(`${first('refs/heads/main')}0000${HEADER}`), Buffer.alloc(10_000)])).toMatchObject({ kind: 'ok' })
  })
})

const capabilities: fc.Arbitrary<PushCapabilities> = fc
  .tuple(identity, fc.record({ reportStatus: fc.constantFrom('none' as const, 'report-status' as const, 'report-status-v2' as const), sideband: fc.boolean(), atomic: fc.boolean(), quiet: fc.boolean() }))
  .map(([who, rest]) => Object.assign({}, who, rest))

const idOrZero = fc.oneof({ weight: 3, arbitrary: objectId }, fc.constant(ZERO_ID))

const push = fc.record({
  commands: fc
    .uniqueArray(fc.record({ oldId: idOrZero, newId: idOrZero, name: refName }), { selector: ({ name }) => name, minLength: 1, maxLength: 5 })
    .map((list) => list.map((entry) => (entry.oldId === ZERO_ID && entry.newId === ZERO_ID ? { ...entry, newId: NEW } : entry))),
  capabilities,
  shallow: objectIds,
})

const body = fc.tuple(push, fc.uint8Array({ maxLength: 40 })).map(([value, pack]) => ({
  value,
  pack: sendsPack(value.commands) ? Buffer.concat([bytes(HEADER), pack]) : undefined,
  stream: Buffer.concat([renderReceivePackRequest(value), ...(sendsPack(value.commands) ? [bytes(HEADER), pack] : [])]),
}))

describe('properties', () => {
  it('parses what was rendered, however it is cut', () => {
    fc.assert(fc.property(body, cuts, ({ value, pack, stream }, places) => {
      const events = feedEvents(createReceivePackRequestParser(), cut(stream, places))
      expect(events).toMatchObject({ kind: 'ok', value: [{ kind: 'commands', request: value }, ...(pack === undefined ? [] : [{ kind: 'data', data: pack }])] })
    }))
  })

  it('gives one result for any bytes, however they are cut', () => {
    fc.assert(fc.property(damaged(body.map(({ stream }) => stream)), cuts, (input, places) => {
      const whole = feedEvents(createReceivePackRequestParser(), [input])
      expect(feedEvents(createReceivePackRequestParser(), cut(input, places))).toEqual(whole)
      expect(feedEvents(createReceivePackRequestParser(), singleBytes(input))).toEqual(whole)
    }), { numRuns: 500 })
  })

  it('never lets through what does not mean the same when rendered again', () => {
    fc.assert(fc.property(damaged(body.map(({ stream }) => stream)), (input) => {
      const parsed = feedEvents(createReceivePackRequestParser(), [input])
      const event = parsed.kind === 'ok' ? parsed.value[0] : undefined
      if (event?.kind !== 'commands' || event.request.commands.some(({ nameProblem }) => nameProblem !== undefined)) return
      const again = Buffer.concat([renderReceivePackRequest(event.request), ...(sendsPack(event.request.commands) ? [bytes(HEADER)] : [])])
      expect(feedEvents(createReceivePackRequestParser(), [again])).toMatchObject({ kind: 'ok', value: [event, ...(sendsPack(event.request.commands) ? [PACK] : [])] })
    }), { numRuns: 500 })
  })
})

describe('rendering refuses', () => {
  it.each([
    { name: 'a push of nothing', list: [], message: 'a push must update a ref' },
    { name: 'a name that would be two commands', list: [{ oldId: OLD, newId: NEW, name: `refs/heads/a\n${OLD} ${NEW} refs/heads/main` }], message: 'printable ascii' },
    { name: 'a name that git would not take', list: [{ oldId: OLD, newId: NEW, name: 'refs/heads/a..b' }], message: 'is not well formed' },
    { name: 'an id that is none', list: [{ oldId: OLD, newId: 'HEAD', name: 'refs/heads/a' }], message: 'is not an object id' },
  ])('$name', ({ list, message }) => {
    expect(() => renderReceivePackRequest({ commands: list, capabilities: GIT_CAPABILITIES })).toThrow(message)
  })
})

describe('pack headers', () => {
  it('tell version and number of objects', () => {
    expect(parsePackHeader(bytes('PACK\0\0\0\x03\x80\0\0\x01'))).toEqual({ kind: 'ok', value: { version: 3, objects: 0x8000_0001 } })
  })

  it('are read at the front of the given view', () => {
    expect(parsePackHeader(bytes(`xx${HEADER}`).subarray(2))).toEqual({ kind: 'ok', value: { version: 2, objects: 0 } })
  })

  it.each([
    { name: 'cut off', input: 'PACK\0\0\0\x02\0\0\0', code: 'truncated' },
    { name: 'in lower case', input: HEADER.toLowerCase(), code: 'pack-signature' },
    { name: 'of version 1', input: 'PACK\0\0\0\x01\0\0\0\0', code: 'pack-version' },
    { name: 'of a version in the other byte order', input: 'PACK\x02\0\0\0\0\0\0\0', code: 'pack-version' },
  ])('are refused $name', ({ input, code }) => {
    expect(parsePackHeader(bytes(input))).toMatchObject({ kind: 'error', error: { code } })
  })
})
