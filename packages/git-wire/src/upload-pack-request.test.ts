import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_FETCH_REQUEST, changesDepth } from './fetch-request.ts'
import { renderUploadPackRequest } from './render-upload-pack-request.ts'
import { fetchRequest } from './testing/arbitraries.ts'
import { bytes, damaged, pkt } from './testing/feed.ts'
import { type UploadPackFetch, parseUploadPackRequest } from './upload-pack-request.ts'

const ID = '937fd86b3d6f5a8f97eb1da57c169fbe73934267'
const OTHER = 'ee087b474d5faee2687361a5edbd55363167c70e'

function parse(...texts: readonly string[]) {
  return parseUploadPackRequest(bytes(texts.map((text) => (/^000[012]$/.test(text) ? text : pkt(text))).join('')))
}

const BASE = { kind: 'fetch', multiAck: 'none', noDone: false, sideband: 'none', round: 'pack' } as const
const REQUEST = { ...EMPTY_FETCH_REQUEST, wants: [ID] }

describe('requests that clients send', () => {
  it.each([
    {
      name: 'a clone by git 2.39',
      texts: [`want ${ID} multi_ack_detailed no-done side-band-64k thin-pack ofs-delta deepen-since deepen-not agent=git/2.39.5\n`, `want ${OTHER}\n`, '0000', 'done\n'],
      value: { ...BASE, multiAck: 'multi_ack_detailed', noDone: true, sideband: 'side-band-64k', request: { ...REQUEST, wants: [ID, OTHER], thinPack: true, ofsDelta: true, done: true, agent: 'git/2.39.5' } },
    },
    {
      name: 'a first round by git, which wants the new boundary only',
      texts: [`want ${ID} multi_ack_detailed side-band-64k object-format=sha1 agent=git/2.39.5\n`, `shallow ${OTHER}`, 'deepen 1', '0000'],
      value: { ...BASE, multiAck: 'multi_ack_detailed', sideband: 'side-band-64k', round: 'depth', request: { ...REQUEST, shallow: [OTHER], deepen: 1, agent: 'git/2.39.5', objectFormat: 'sha1' } },
    },
    {
      name: 'a round of the negotiation',
      texts: [`want ${ID} multi_ack_detailed\n`, '0000', `have ${OTHER}\n`, '0000'],
      value: { ...BASE, multiAck: 'multi_ack_detailed', round: 'negotiation', request: { ...REQUEST, haves: [OTHER] } },
    },
    {
      name: 'libgit2, whose list ends with a space',
      texts: [`want ${ID} multi_ack_detailed side-band-64k include-tag thin-pack ofs-delta shallow \n`, '0000', `have ${OTHER}\n`, 'done\n'],
      value: { ...BASE, multiAck: 'multi_ack_detailed', sideband: 'side-band-64k', request: { ...REQUEST, includeTag: true, thinPack: true, ofsDelta: true, haves: [OTHER], done: true } },
    },
    {
      name: 'dulwich, which asks for both forms',
      texts: [`want ${ID} multi_ack multi_ack_detailed ofs-delta side-band side-band-64k thin-pack agent=dulwich/0.22\n`, '0000', 'done\n'],
      value: { ...BASE, multiAck: 'multi_ack_detailed', sideband: 'side-band-64k', request: { ...REQUEST, thinPack: true, ofsDelta: true, done: true, agent: 'dulwich/0.22' } },
    },
    {
      name: 'an old client without capabilities',
      texts: [`want ${ID}\n`, '0000', 'done\n'],
      value: { ...BASE, request: { ...REQUEST, done: true } },
    },
    {
      name: 'a partial clone with side-band',
      texts: [`want ${ID} side-band filter\n`, 'filter blob:none', '0000', 'done'],
      value: { ...BASE, sideband: 'side-band', request: { ...REQUEST, filter: { kind: 'blob-none' }, done: true } },
    },
    { name: 'a probe', texts: ['0000'], value: { kind: 'empty' } },
  ])('$name', ({ texts, value }) => {
    expect(parse(...texts)).toEqual({ kind: 'ok', value })
  })
})

describe('malformed requests', () => {
  const want = `want ${ID} side-band-64k`
  it.each([
    { name: 'nothing', texts: [], code: 'truncated' },
    { name: 'no flush behind the wants', texts: [want], code: 'truncated' },
    { name: 'wants that ask for no new depth and then stop', texts: [want, '0000'], code: 'truncated' },
    { name: 'haves without an end', texts: [want, '0000', `have ${OTHER}`], code: 'truncated' },
    { name: 'haves in front', texts: [`have ${OTHER}`, '0000'], code: 'malformed-line' },
    { name: 'haves among the wants', texts: [want, `have ${OTHER}`, '0000', 'done'], code: 'malformed-line' },
    { name: 'wants among the haves', texts: [want, '0000', `want ${OTHER}`, 'done'], code: 'malformed-line' },
    { name: 'done among the wants', texts: [want, 'done', '0000'], code: 'malformed-line' },
    { name: 'bytes behind done', texts: [want, '0000', 'done', '0000'], code: 'trailing-data' },
    { name: 'a second request', texts: [want, '0000', `have ${OTHER}`, '0000', want], code: 'trailing-data' },
    { name: 'capabilities at a later want', texts: [want, `want ${OTHER} no-progress`, '0000', 'done'], code: 'object-id' },
    { name: 'an unknown capability', texts: [`want ${ID} push-options`, '0000', 'done'], code: 'unknown-capability' },
    { name: 'a capability with a value that it has not', texts: [`want ${ID} thin-pack=1`, '0000', 'done'], code: 'capability' },
    { name: 'a capability twice', texts: [`want ${ID} thin-pack thin-pack`, '0000', 'done'], code: 'capability' },
    { name: 'two spaces', texts: [`want ${ID} thin-pack  ofs-delta`, '0000', 'done'], code: 'capability' },
    { name: 'sha256', texts: [`want ${ID} object-format=sha256`, '0000', 'done'], code: 'object-format' },
    { name: 'a filter that was not requested', texts: [want, 'filter blob:none', '0000', 'done'], code: 'unknown-argument' },
    { name: 'NUL inside a want', texts: [`want ${ID}\0side-band`, '0000', 'done'], code: 'object-id' },
    { name: 'a delimiter', texts: [want, '0001', 'done'], code: 'unexpected-packet' },
    { name: 'depth and time', texts: [want, 'deepen 1', 'deepen-since 7', '0000', 'done'], code: 'conflicting-arguments' },
    { name: 'an unknown line', texts: [want, 'frobnicate x', '0000', 'done'], code: 'unknown-argument' },
    { name: 'bytes that are no text', texts: [want, '\xff x', '0000', 'done'], code: 'malformed-line' },
  ])('$name', ({ texts, code }) => {
    expect(parse(...texts)).toMatchObject({ kind: 'error', error: { code } })
  })
})

const message: fc.Arbitrary<UploadPackFetch> = fc
  .record({
    request: fetchRequest,
    multiAck: fc.constantFrom('none' as const, 'multi_ack' as const, 'multi_ack_detailed' as const),
    noDone: fc.boolean(),
    sideband: fc.constantFrom('none' as const, 'side-band' as const, 'side-band-64k' as const),
    depthOnly: fc.boolean(),
  })
  .map(({ request, depthOnly, ...rest }) => {
    const depth = depthOnly && !request.done && request.haves.length === 0 && changesDepth(request)
    const round = request.done ? 'pack' : depth ? 'depth' : 'negotiation'
    return Object.assign(rest, { kind: 'fetch' as const, request, round } as const)
  })

describe('properties', () => {
  it('parses what was rendered', () => {
    fc.assert(fc.property(message, (value) => {
      expect(parseUploadPackRequest(renderUploadPackRequest(value))).toEqual({ kind: 'ok', value })
    }))
  })

  it('never throws, and means the same when rendered again', () => {
    fc.assert(fc.property(damaged(message.map(renderUploadPackRequest)), (input) => {
      const parsed = parseUploadPackRequest(input)
      const again = parsed.kind === 'ok' && parsed.value.kind === 'fetch' ? parseUploadPackRequest(renderUploadPackRequest(parsed.value)) : parsed
      expect(again).toEqual(parsed)
    }), { numRuns: 500 })
  })
})

describe('rendering', () => {
  it('writes what git writes, in its order', () => {
    const request = { ...REQUEST, wants: [ID, OTHER], haves: [OTHER], shallow: [OTHER], deepenSince: 9, deepenNot: ['v1'], filter: { kind: 'blob-none' as const }, thinPack: true, done: true, agent: 'x' }
    const texts = [
      `want ${ID} multi_ack no-done side-band-64k thin-pack deepen-since deepen-not filter agent=x\n`,
      `want ${OTHER}\n`, `shallow ${OTHER}\n`, 'deepen-since 9\n', 'deepen-not v1\n', 'filter blob:none\n',
    ]
    const rendered = renderUploadPackRequest({ ...BASE, multiAck: 'multi_ack', noDone: true, sideband: 'side-band-64k', request })
    expect(rendered).toEqual(bytes(`${texts.map(pkt).join('')}0000${pkt(`have ${OTHER}\n`)}${pkt('done\n')}`))
  })
})

describe('rendering refuses', () => {
  it.each([
    { name: 'a request for nothing', change: { request: EMPTY_FETCH_REQUEST, round: 'negotiation' as const } },
    { name: 'what only version 2 can say', change: { request: { ...REQUEST, waitForDone: true }, round: 'negotiation' as const } },
    { name: 'a pack without done', change: { request: REQUEST, round: 'pack' as const } },
    { name: 'haves in a round about depth', change: { request: { ...REQUEST, haves: [OTHER] }, round: 'depth' as const } },
  ])('$name', ({ change }) => {
    expect(() => renderUploadPackRequest({ ...BASE, ...change })).toThrow(/cannot ask for nothing|does not fit/)
  })
})
