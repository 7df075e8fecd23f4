import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFetchResponseParser } from './fetch-response.ts'
import type { FetchResponseEvent } from './fetch-sections.ts'
import { type FetchResponseHead, renderFetchResponseHead } from './render-fetch-response.ts'
import { renderSideband } from './side-band.ts'
import { objectId, objectIds } from './testing/arbitraries.ts'
import { bytes, cut, cuts, damaged, feedEvents, pkt, singleBytes } from './testing/feed.ts'

const ID = '937fd86b3d6f5a8f97eb1da57c169fbe73934267'
const OTHER = 'ee087b474d5faee2687361a5edbd55363167c70e'
const PACK = `${pkt('packfile\n')}${pkt('\x01PACK')}${pkt('\x02done\n')}0000`

function parse(input: string) {
  const whole = feedEvents(createFetchResponseParser(), [bytes(input)])
  expect(feedEvents(createFetchResponseParser(), singleBytes(bytes(input)))).toEqual(whole)
  return whole
}

const PACK_EVENTS: readonly FetchResponseEvent[] = [{ kind: 'data', data: bytes('PACK') }, { kind: 'progress', data: bytes('done\n') }]

describe('answers that git sends', () => {
  it.each<{ name: string; input: string; events: readonly FetchResponseEvent[] }>([
    { name: 'a clone', input: PACK, events: PACK_EVENTS },
    { name: 'nothing in common', input: `${pkt('acknowledgments\n')}${pkt('NAK\n')}0000`, events: [{ kind: 'acknowledgments', acks: [], ready: false }] },
    { name: 'something in common', input: `${pkt('acknowledgments\n')}${pkt(`ACK ${ID}\n`)}${pkt(`ACK ${OTHER}\n`)}0000`, events: [{ kind: 'acknowledgments', acks: [ID, OTHER], ready: false }] },
    { name: 'enough in common', input: `${pkt('acknowledgments\n')}${pkt(`ACK ${ID}\n`)}${pkt('ready\n')}0001${PACK}`, events: [{ kind: 'acknowledgments', acks: [ID], ready: true }, ...PACK_EVENTS] },
    { name: 'a shallow clone', input: `${pkt('shallow-info\n')}${pkt(`shallow ${ID}`)}${pkt(`unshallow ${OTHER}`)}0001${PACK}`, events: [{ kind: 'shallow-info', shallow: [ID], unshallow: [OTHER] }, ...PACK_EVENTS] },
    { name: 'all sections', input: `${pkt('acknowledgments')}${pkt('ready')}0001${pkt('shallow-info')}0001${PACK}`, events: [{ kind: 'acknowledgments', acks: [], ready: true }, { kind: 'shallow-info', shallow: [], unshallow: [] }, ...PACK_EVENTS] },
    { name: 'a pack that breaks off with a reason', input: `${pkt('packfile')}${pkt('\x01PA')}${pkt('\x03out of memory')}`, events: [{ kind: 'data', data: bytes('PA') }, { kind: 'fatal', message: 'out of memory' }] },
  ])('$name', ({ input, events }) => {
    expect(parse(input)).toEqual({ kind: 'ok', value: events })
  })

  it('a pack as views, without a copy', () => {
    const input = Buffer.concat([bytes(pkt('packfile\n')), renderSideband(1, Buffer.alloc(100_000)), bytes('0000')])
    const parsed = createFetchResponseParser().push(input)
    for (const event of parsed.kind === 'ok' ? parsed.value : []) expect(event.kind === 'data' && event.data.buffer === input.buffer).toBe(true)
  })

  it('a pack in so many packets that they would not fit the stack', () => {
    const parsed = createFetchResponseParser().push(bytes(`${pkt('packfile\n')}${pkt('\x01x').repeat(300_000)}0000`))
    expect(parsed.kind === 'ok' && parsed.value.length).toBe(300_000)
  })
})

describe('on a connection that stays open', () => {
  it.each([
    { name: 'behind the flush of the pack', input: PACK },
    { name: 'behind acknowledgments alone', input: `${pkt('acknowledgments')}${pkt('NAK')}0000` },
    { name: 'behind a fatal error', input: `${pkt('packfile')}${pkt('\x03no')}` },
  ])('the parser says that the answer is done $name', ({ input }) => {
    const parser = createFetchResponseParser()
    const done = singleBytes(bytes(input)).map((byte) => (parser.push(byte), parser.done))
    expect(done.indexOf(true)).toBe(input.length - 1)
  })
})

describe('malformed answers', () => {
  const acknowledged = `${pkt('acknowledgments\n')}${pkt(`ACK ${ID}\n`)}`
  it.each([
    { name: 'nothing', input: '', code: 'truncated' },
    { name: 'an error', input: pkt('ERR upload-pack: not our ref'), code: 'remote-error' },
    { name: 'an error in the place of the pack', input: pkt('packfile') + pkt('ERR gone'), code: 'remote-error' },
    { name: 'an unknown section', input: pkt('bundles\n'), code: 'section' },
    { name: 'packfile-uris, which send the client elsewhere', input: `${pkt('packfile-uris\n')}${pkt(`${ID} https://elsewhere/`)}0001${PACK}`, code: 'section' },
    { name: 'wanted-refs', input: `${pkt('wanted-refs\n')}0001${PACK}`, code: 'section' },
    { name: 'sections out of order', input: `${pkt('shallow-info')}0001${acknowledged}0000`, code: 'section' },
    { name: 'a section twice', input: `${pkt('shallow-info')}0001${pkt('shallow-info')}0001${PACK}`, code: 'section' },
    { name: 'a pack without ready', input: `${acknowledged}0001${PACK}`, code: 'section' },
    { name: 'ready without a pack', input: `${acknowledged}${pkt('ready')}0000`, code: 'section' },
    { name: 'a boundary without a pack', input: `${pkt('shallow-info')}0000`, code: 'section' },
    { name: 'NAK behind ACK', input: `${acknowledged}${pkt('NAK')}0000`, code: 'malformed-line' },
    { name: 'ACK behind NAK', input: `${pkt('acknowledgments')}${pkt('NAK')}${pkt(`ACK ${ID}`)}0000`, code: 'malformed-line' },
    { name: 'ACK behind ready', input: `${acknowledged}${pkt('ready')}${pkt(`ACK ${OTHER}`)}0001${PACK}`, code: 'malformed-line' },
    { name: 'ACK of nothing', input: `${pkt('acknowledgments')}${pkt('ACK ')}0000`, code: 'object-id' },
    { name: 'ACK in the form of version 0', input: `${pkt('acknowledgments')}${pkt(`ACK ${ID} common`)}0000`, code: 'object-id' },
    { name: 'a boundary of nothing', input: `${pkt('shallow-info')}${pkt('shallow x')}0001${PACK}`, code: 'object-id' },
    { name: 'an unknown line in a boundary', input: `${pkt('shallow-info')}${pkt(`deep ${ID}`)}0001${PACK}`, code: 'malformed-line' },
    { name: 'bytes that are no text', input: pkt('\xff'), code: 'malformed-line' },
    { name: 'a flush in front', input: '0000', code: 'unexpected-packet' },
    { name: 'a response end in front', input: '0002', code: 'unexpected-packet' },
    { name: 'two delimiters', input: `${pkt('shallow-info')}00010001`, code: 'unexpected-packet' },
    { name: 'bytes behind the pack', input: `${PACK}0`, code: 'trailing-data' },
    { name: 'bytes behind the acknowledgments', input: `${acknowledged}0000${PACK}`, code: 'trailing-data' },
    { name: 'a pack without its side-band', input: `${pkt('packfile')}PACK`, code: 'packet-header' },
    { name: 'a pack cut off', input: PACK.slice(0, -4), code: 'truncated' },
    { name: 'sections cut off', input: acknowledged, code: 'truncated' },
    { name: 'a section cut off between two', input: `${pkt('shallow-info')}0001`, code: 'truncated' },
  ])('$name', ({ input, code }) => {
    expect(parse(input)).toMatchObject({ kind: 'error', error: { code } })
  })

  it('are told apart: a section that nobody asked for and one in the wrong place', () => {
    expect(parse(pkt('bundles\n'))).toMatchObject({ error: { message: 'section "bundles" was not asked for' } })
    expect(parse(`${pkt('shallow-info')}0001${pkt('acknowledgments')}`)).toMatchObject({ error: { message: 'section "acknowledgments" is out of order' } })
  })

  it('endless acknowledgments', () => {
    const parser = createFetchResponseParser({ maxPackets: 10, maxBytes: 10_000 })
    expect(parser.push(bytes(pkt('acknowledgments') + pkt(`ACK ${ID}`).repeat(20)))).toMatchObject({ error: { code: 'too-many' } })
  })
})

const shallowInfo = fc.record({ shallow: objectIds, unshallow: objectIds })

const head: fc.Arbitrary<FetchResponseHead> = fc.oneof(
  fc.record({ acks: objectIds, ready: fc.constant(false) }).map((acknowledgments) => ({ acknowledgments, pack: false })),
  fc.record({ acknowledgments: fc.record({ acks: fc.array(objectId, { maxLength: 3 }), ready: fc.constant(true) }), shallowInfo, pack: fc.constant(true) }, { requiredKeys: ['pack'] }),
)

const answer = fc.tuple(head, fc.uint8Array({ minLength: 1, maxLength: 100 })).map(([value, data]) => ({
  value,
  data,
  stream: Buffer.concat([renderFetchResponseHead(value), ...(value.pack ? [renderSideband(1, data), bytes('0000')] : [])]),
}))

describe('properties', () => {
  it('parses what was rendered, however it is cut', () => {
    fc.assert(fc.property(answer, cuts, ({ value, data, stream }, places) => {
      const events = [
        ...(value.acknowledgments === undefined ? [] : [{ kind: 'acknowledgments', ...value.acknowledgments }]),
        ...(value.shallowInfo === undefined ? [] : [{ kind: 'shallow-info', ...value.shallowInfo }]),
        ...(value.pack ? [{ kind: 'data', data: Buffer.from(data) }] : []),
      ]
      expect(feedEvents(createFetchResponseParser(), cut(stream, places))).toEqual({ kind: 'ok', value: events })
    }))
  })

  it('gives one result for any bytes, however they are cut', () => {
    fc.assert(fc.property(damaged(answer.map(({ stream }) => stream)), cuts, (input, places) => {
      const whole = feedEvents(createFetchResponseParser(), [input])
      expect(feedEvents(createFetchResponseParser(), cut(input, places))).toEqual(whole)
    }), { numRuns: 500 })
  })
})

describe('rendering refuses', () => {
  it.each<{ name: string; value: FetchResponseHead }>([
    { name: 'a pack that was not announced', value: { acknowledgments: { acks: [], ready: false }, pack: true } },
    { name: 'an announced pack that is missing', value: { acknowledgments: { acks: [], ready: true }, pack: false } },
    { name: 'an empty answer', value: { pack: false } },
    { name: 'a boundary without a pack', value: { acknowledgments: { acks: [], ready: false }, shallowInfo: { shallow: [], unshallow: [] }, pack: false } },
  ])('$name', ({ value }) => {
    expect(() => renderFetchResponseHead(value)).toThrow('a pack follows exactly when')
  })
})
