import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLsRefsResponseParser, renderLsRefsResponse } from './ls-refs-response.ts'
import { advertisedRefs, shownName } from './testing/arbitraries.ts'
import { bytes, cut, cuts, damaged, feedMessage, pkt, singleBytes } from './testing/feed.ts'

const ID = '937fd86b3d6f5a8f97eb1da57c169fbe73934267'
const TAG = 'ee087b474d5faee2687361a5edbd55363167c70e'

function parse(input: string) {
  const whole = feedMessage(createLsRefsResponseParser(), [bytes(input)])
  expect(feedMessage(createLsRefsResponseParser(), singleBytes(bytes(input)))).toEqual(whole)
  return whole
}

describe('answers that git sends', () => {
  it.each([
    {
      name: 'refs, a symbolic ref, a peeled tag',
      texts: [`${ID} HEAD symref-target:refs/heads/main\n`, `${ID} refs/heads/main\n`, `${TAG} refs/tags/v1 peeled:${ID}\n`],
      value: { refs: [{ name: 'HEAD', id: ID, symrefTarget: 'refs/heads/main' }, { name: 'refs/heads/main', id: ID }, { name: 'refs/tags/v1', id: TAG, peeled: ID }], ignored: [] },
    },
    { name: 'an empty repository', texts: ['unborn HEAD symref-target:refs/heads/main\n'], value: { refs: [], unbornHead: 'refs/heads/main', ignored: [] } },
    { name: 'nothing', texts: [], value: { refs: [], ignored: [] } },
    { name: 'an attribute of a later git', texts: [`${ID} refs/heads/main colour:green thirteen-char:refs/heads/x`], value: { refs: [{ name: 'refs/heads/main', id: ID }], ignored: [] } },
    { name: 'a name that nobody should have', texts: [`${ID} refs/heads/a..b`, `${ID} refs/heads/\xff`], value: { refs: [], ignored: ['"refs/heads/a..b"', String.raw`"refs/heads/\xff"`] } },
  ])('$name', ({ texts, value }) => {
    expect(parse(`${texts.map(pkt).join('')}0000`)).toEqual({ kind: 'ok', value })
  })
})

describe('malformed answers', () => {
  it.each([
    { name: 'an error', input: pkt('ERR no'), code: 'remote-error' },
    { name: 'no name', input: `${pkt(ID)}0000`, code: 'malformed-line' },
    { name: 'an id that is none', input: `${pkt('HEAD refs/heads/main')}0000`, code: 'object-id' },
    { name: 'the zero id', input: `${pkt(`${'0'.repeat(40)} refs/heads/main`)}0000`, code: 'object-id' },
    { name: 'sha256', input: `${pkt(`${ID}${ID.slice(0, 24)} refs/heads/main`)}0000`, code: 'object-format' },
    { name: 'a ref twice', input: `${pkt(`${ID} refs/heads/main`)}${pkt(`${TAG} refs/heads/main`)}0000`, code: 'duplicate-ref' },
    { name: 'a peeled value that is no id', input: `${pkt(`${ID} refs/tags/v1 peeled:x`)}0000`, code: 'object-id' },
    { name: 'an unborn branch', input: `${pkt('unborn refs/heads/x symref-target:refs/heads/y')}0000`, code: 'malformed-line' },
    { name: 'two unborn heads', input: `${pkt('unborn HEAD symref-target:refs/heads/y').repeat(2)}0000`, code: 'malformed-line' },
    { name: 'two lines in one', input: `${pkt(`${ID} refs/heads/x\n${TAG} refs/heads/y`)}0000`, code: 'malformed-line' },
    { name: 'a delimiter', input: '0001', code: 'unexpected-packet' },
    { name: 'no flush', input: pkt(`${ID} refs/heads/main`), code: 'truncated' },
    { name: 'bytes behind the flush', input: '00000002', code: 'trailing-data' },
    { name: 'bytes that are neither a ref nor text', input: `${pkt('\xff\xfe')}0000`, code: 'malformed-line' },
  ])('$name', ({ input, code }) => {
    expect(parse(input)).toMatchObject({ kind: 'error', error: { code } })
  })
})

const response = fc
  .tuple(advertisedRefs, fc.option(shownName, { nil: undefined }))
  .map(([refs, unbornHead]) => (unbornHead === undefined ? { refs } : { refs, unbornHead }))

describe('properties', () => {
  it('parses what was rendered, however it is cut', () => {
    fc.assert(fc.property(response, cuts, (value, places) => {
      expect(feedMessage(createLsRefsResponseParser(), cut(renderLsRefsResponse(value), places))).toEqual({ kind: 'ok', value: { ...value, ignored: [] } })
    }))
  })

  it('gives one result for any bytes, however they are cut', () => {
    fc.assert(fc.property(damaged(response.map(renderLsRefsResponse)), cuts, (input, places) => {
      expect(feedMessage(createLsRefsResponseParser(), cut(input, places))).toEqual(feedMessage(createLsRefsResponseParser(), [input]))
    }), { numRuns: 300 })
  })
})
