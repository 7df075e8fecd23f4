import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FetchResponseEvent } from './fetch-sections.ts'
import { bytes, cut, cuts, damaged, feedEvents, pkt, singleBytes } from './testing/feed.ts'
import { type UploadPackResponseOptions, createUploadPackResponseParser } from './upload-pack-response.ts'

const ID = '937fd86b3d6f5a8f97eb1da57c169fbe73934267'
const OTHER = 'ee087b474d5faee2687361a5edbd55363167c70e'
const CLONE: UploadPackResponseOptions = { depth: false, sideband: true, pack: true }
const HEADER = 'PACK\0\0\0\x02\0\0\0\0'
const NAK = pkt('NAK\n')
const SIDEBAND = `${pkt(`\x01${HEADER}`)}0000`

function parse(options: UploadPackResponseOptions, input: string) {
  const whole = feedEvents(createUploadPackResponseParser(options), [bytes(input)])
  expect(feedEvents(createUploadPackResponseParser(options), singleBytes(bytes(input)))).toEqual(whole)
  return whole
}

const PACK: FetchResponseEvent = { kind: 'data', data: bytes(HEADER) }
const NONE: FetchResponseEvent = { kind: 'acknowledgments', acks: [], ready: false }

describe('answers that git sends', () => {
  it.each<{ name: string; options: UploadPackResponseOptions; input: string; events: readonly FetchResponseEvent[] }>([
    { name: 'a clone', options: CLONE, input: NAK + SIDEBAND, events: [NONE, PACK] },
    { name: 'a clone without side-band', options: { ...CLONE, sideband: false }, input: NAK + HEADER, events: [NONE, PACK] },
    {
      name: 'a shallow clone',
      options: { ...CLONE, depth: true },
      input: `${pkt(`shallow ${ID}`)}${pkt(`unshallow ${OTHER}`)}0000${NAK}${SIDEBAND}`,
      events: [{ kind: 'shallow-info', shallow: [ID], unshallow: [OTHER] }, NONE, PACK],
    },
    { name: 'a boundary only', options: { depth: true, sideband: true, pack: false }, input: `${pkt(`shallow ${ID}`)}0000`, events: [{ kind: 'shallow-info', shallow: [ID], unshallow: [] }] },
    { name: 'a round without anything in common', options: { ...CLONE, pack: false }, input: NAK, events: [NONE] },
    {
      name: 'a round of multi_ack_detailed',
      options: { ...CLONE, pack: false },
      input: `${pkt(`ACK ${ID} common\n`)}${pkt(`ACK ${OTHER} common\n`)}${pkt(`ACK ${OTHER} ready\n`)}${NAK}`,
      events: [{ kind: 'acknowledgments', acks: [ID, OTHER], ready: true }],
    },
    {
      name: 'a pack at once with no-done',
      options: { ...CLONE, pack: false },
      input: `${pkt(`ACK ${ID} common\n`)}${pkt(`ACK ${ID} ready\n`)}${NAK}${pkt(`ACK ${ID}\n`)}${SIDEBAND}`,
      events: [{ kind: 'acknowledgments', acks: [ID], ready: true }, PACK],
    },
    { name: 'multi_ack', options: CLONE, input: `${pkt(`ACK ${ID} continue\n`)}${pkt(`ACK ${ID}\n`)}${SIDEBAND}`, events: [{ kind: 'acknowledgments', acks: [ID], ready: false }, PACK] },
  ])('$name', ({ options, input, events }) => {
    expect(parse(options, input)).toEqual({ kind: 'ok', value: events })
  })
})

it.each([
  { name: 'with the flush of the side-band', sideband: true, input: NAK + SIDEBAND, done: true },
  { name: 'never by itself with a bare pack', sideband: false, input: NAK + HEADER, done: false },
])('is done $name', ({ sideband, input, done }) => {
  const parser = createUploadPackResponseParser({ ...CLONE, sideband })
  parser.push(bytes(input))
  expect(parser.done).toBe(done)
})

describe('malformed answers', () => {
  it.each([
    { name: 'nothing where a pack is due', options: CLONE, input: '', code: 'truncated' },
    { name: 'a round where a pack is due', options: CLONE, input: NAK, code: 'truncated' },
    { name: 'an error', options: CLONE, input: pkt('ERR upload-pack: not our ref'), code: 'remote-error' },
    { name: 'an error behind NAK', options: CLONE, input: NAK + pkt('ERR gone'), code: 'remote-error' },
    { name: 'a pack without an answer', options: CLONE, input: SIDEBAND, code: 'malformed-line' },
    { name: 'a bare pack without an answer', options: { ...CLONE, sideband: false }, input: HEADER, code: 'packet-header' },
    { name: 'a bare pack where side-band was asked for', options: CLONE, input: NAK + HEADER, code: 'packet-header' },
    { name: 'side-band where none was asked for', options: { ...CLONE, sideband: false }, input: NAK + SIDEBAND, code: 'malformed-line' },
    { name: 'something else that begins with P', options: { ...CLONE, sideband: false }, input: `${NAK}PANIC: no space`, code: 'pack-signature' },
    { name: 'a boundary that nobody asked for', options: CLONE, input: `${pkt(`shallow ${ID}`)}0000${NAK}${SIDEBAND}`, code: 'malformed-line' },
    { name: 'a boundary without its flush', options: { ...CLONE, depth: true }, input: pkt(`shallow ${ID}`), code: 'truncated' },
    { name: 'no boundary', options: { ...CLONE, depth: true }, input: NAK + SIDEBAND, code: 'malformed-line' },
    { name: 'an unknown status', options: CLONE, input: pkt(`ACK ${ID} maybe`), code: 'malformed-line' },
    { name: 'ACK of no object', options: CLONE, input: pkt('ACK x common'), code: 'object-id' },
    { name: 'an empty line', options: CLONE, input: `${NAK}0004`, code: 'malformed-line' },
    { name: 'a flush behind NAK', options: CLONE, input: `${NAK}0000\x01`, code: 'unexpected-packet' },
    { name: 'a pack without its header', options: { ...CLONE, sideband: false }, input: `${NAK}PACK`, code: 'truncated' },
    { name: 'bytes that are no text', options: CLONE, input: pkt('\xff\xff'), code: 'malformed-line' },
    { name: 'bytes behind the pack', options: CLONE, input: `${NAK}${SIDEBAND}0000`, code: 'trailing-data' },
  ])('$name', ({ options, input, code }) => {
    expect(parse(options, input)).toMatchObject({ kind: 'error', error: { code } })
  })
})

describe('limits', () => {
  it('bound what stands before the pack, and not the pack, however it is cut', () => {
    const limits = { maxPackets: 1, maxBytes: 10 }
    for (const chunks of [[bytes(NAK + SIDEBAND)], singleBytes(bytes(NAK + SIDEBAND))]) {
      expect(feedEvents(createUploadPackResponseParser(CLONE, limits), chunks)).toEqual({ kind: 'ok', value: [NONE, PACK] })
    }
  })

  it('end an endless negotiation as soon as they are passed', () => {
    const parser = createUploadPackResponseParser(CLONE, { maxPackets: 5, maxBytes: 10_000 })
    expect(parser.push(bytes(pkt(`ACK ${ID} common`).repeat(6)))).toMatchObject({ error: { code: 'too-many' } })
  })
})

describe('properties', () => {
  const options = fc.record({ depth: fc.boolean(), sideband: fc.boolean(), pack: fc.boolean() })
  const answer = fc.constantFrom(
    NAK + SIDEBAND,
    NAK + HEADER,
    `${pkt(`shallow ${ID}`)}0000${NAK}${SIDEBAND}`,
    `${pkt(`ACK ${ID} common\n`)}${pkt(`ACK ${ID} ready\n`)}${NAK}${pkt(`ACK ${ID}\n`)}${SIDEBAND}`,
  ).map(bytes)

  it('gives one result for any bytes, however they are cut', () => {
    fc.assert(fc.property(options, damaged(answer), cuts, (asked, input, places) => {
      const whole = feedEvents(createUploadPackResponseParser(asked), [input])
      expect(feedEvents(createUploadPackResponseParser(asked), cut(input, places))).toEqual(whole)
      expect(feedEvents(createUploadPackResponseParser(asked), singleBytes(input))).toEqual(whole)
    }), { numRuns: 1000 })
  })
})
