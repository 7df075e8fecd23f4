import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_FETCH_REQUEST, type FetchRequest, changesDepth } from './fetch-request.ts'
import type { LsRefsRequest } from './ls-refs-request.ts'
import { FLUSH_PACKET } from './pkt-line.ts'
import { fetchRequest, identity, shownName } from './testing/arbitraries.ts'
import { bytes, damaged, pkt } from './testing/feed.ts'
import { type V2Request, parseV2Request, renderFetchRequest, renderLsRefsRequest } from './v2-request.ts'

const ID = '937fd86b3d6f5a8f97eb1da57c169fbe73934267'
const OTHER = 'ee087b474d5faee2687361a5edbd55363167c70e'
const ZERO = '0'.repeat(40)

function framed(text: string): string {
  return text === '0000' || text === '0001' ? text : pkt(text)
}

function parse(...texts: readonly string[]) {
  return parseV2Request(bytes(texts.map(framed).join('')))
}

const NO_REFS: LsRefsRequest = { symrefs: false, peel: false, unborn: false, prefixes: [] }

describe('ls-refs', () => {
  it.each([
    {
      name: 'git 2.39',
      texts: ['command=ls-refs\n', 'agent=git/2.39.5', 'object-format=sha1', '0001', 'peel\n', 'symrefs\n', 'unborn\n', 'ref-prefix HEAD\n', 'ref-prefix refs/heads/\n', '0000'],
      request: { agent: 'git/2.39.5', objectFormat: 'sha1', peel: true, symrefs: true, unborn: true, prefixes: ['HEAD', 'refs/heads/'] },
    },
    { name: 'JGit, without LF', texts: ['command=ls-refs', 'agent=JGit/6.10', '0001', 'peel', 'ref-prefix refs/', '0000'], request: { ...NO_REFS, agent: 'JGit/6.10', peel: true, prefixes: ['refs/'] } },
    { name: 'no arguments', texts: ['command=ls-refs\n', '0001', '0000'], request: NO_REFS },
    { name: 'no delimiter', texts: ['command=ls-refs\n', '0000'], request: NO_REFS },
    { name: 'a session id', texts: ['command=ls-refs\n', 'session-id=20260101T000000.000000Z-Hdeadbeef-P0000001', '0000'], request: { ...NO_REFS, sessionId: '20260101T000000.000000Z-Hdeadbeef-P0000001' } },
    { name: 'a prefix of a branch in another script', texts: ['command=ls-refs\n', '0001', 'ref-prefix refs/heads/\xe5\x8a\x9f', '0000'], request: { ...NO_REFS, prefixes: ['refs/heads/功'] } },
  ])('$name', ({ texts, request }) => {
    expect(parse(...texts)).toEqual({ kind: 'ok', value: { kind: 'ls-refs', request } })
  })
})

describe('fetch', () => {
  it.each([
    {
      name: 'a clone by git 2.39',
      texts: ['command=fetch', 'agent=git/2.39.5', 'object-format=sha1', '0001', 'thin-pack', 'include-tag', 'ofs-delta', `want ${ID}\n`, `want ${OTHER}\n`, 'done\n', '0000'],
      request: { agent: 'git/2.39.5', objectFormat: 'sha1', thinPack: true, includeTag: true, ofsDelta: true, wants: [ID, OTHER], done: true },
    },
    {
      name: 'a fetch with haves',
      texts: ['command=fetch', '0001', 'no-progress', `want ${ID}\n`, `have ${OTHER}\n`, '0000'],
      request: { noProgress: true, wants: [ID], haves: [OTHER] },
    },
    {
      name: 'unshallow',
      texts: ['command=fetch', '0001', `shallow ${OTHER}`, 'deepen 2147483647', `want ${ID}\n`, 'done\n', '0000'],
      request: { shallow: [OTHER], deepen: 2_147_483_647, wants: [ID], done: true },
    },
    {
      name: 'shallow by time and tag, partial',
      texts: ['command=fetch', '0001', 'deepen-since 1700000000', 'deepen-not v1.0', 'deepen-not refs/tags/v2', 'filter blob:limit=1k', `want ${ID}\n`, 'done\n', '0000'],
      request: { deepenSince: 1_700_000_000, deepenNot: ['v1.0', 'refs/tags/v2'], filter: { kind: 'blob-limit', bytes: 1024 }, wants: [ID], done: true },
    },
    { name: 'fetch --deepen', texts: ['command=fetch', '0001', 'deepen 3', 'deepen-relative', `want ${ID}\n`, '0000'], request: { deepen: 3, deepenRelative: true, wants: [ID] } },
    { name: 'push.negotiate, which wants nothing', texts: ['command=fetch', '0001', 'wait-for-done', `have ${ID}\n`, '0000'], request: { waitForDone: true, haves: [ID] } },
  ])('$name', ({ texts, request }) => {
    expect(parse(...texts)).toEqual({ kind: 'ok', value: { kind: 'fetch', request: { ...EMPTY_FETCH_REQUEST, ...request } } })
  })

  it('knows which requests change the depth', () => {
    expect(changesDepth(EMPTY_FETCH_REQUEST)).toBe(false)
    expect(changesDepth({ ...EMPTY_FETCH_REQUEST, shallow: [ID] })).toBe(false)
    expect(changesDepth({ ...EMPTY_FETCH_REQUEST, deepen: 1 })).toBe(true)
    expect(changesDepth({ ...EMPTY_FETCH_REQUEST, deepenSince: 1 })).toBe(true)
    expect(changesDepth({ ...EMPTY_FETCH_REQUEST, deepenNot: ['v1'] })).toBe(true)
  })
})

describe('a lone flush', () => {
  it('is a probe', () => {
    expect(parse('0000')).toEqual({ kind: 'ok', value: { kind: 'empty' } })
  })
})

describe('malformed requests', () => {
  const fetch = (...args: readonly string[]) => ['command=fetch', '0001', ...args, '0000']
  const want = `want ${ID}`
  it.each([
    { name: 'nothing', texts: [], code: 'truncated' },
    { name: 'no command', texts: ['agent=x', '0000'], code: 'unknown-command' },
    { name: 'a command that is not offered', texts: ['command=object-info', '0001', 'size', '0000'], code: 'unknown-command' },
    { name: 'an inherited name in place of a command', texts: ['command=constructor', '0000'], code: 'unknown-command' },
    { name: 'a command with a suffix', texts: ['command=fetch ', '0001', want, '0000'], code: 'unknown-command' },
    { name: 'two commands, of which readers may take different ones', texts: ['command=ls-refs', 'command=fetch', '0001', '0000'], code: 'unknown-capability' },
    { name: 'server options, which reach the hooks of the forge', texts: ['command=fetch', 'server-option=x', '0001', want, '0000'], code: 'unknown-capability' },
    { name: 'an agent that is two lines', texts: ['command=fetch', 'agent=a\nb', '0001', want, '0000'], code: 'capability' },
    { name: 'an agent with a space', texts: ['command=fetch', 'agent=a b', '0001', want, '0000'], code: 'capability' },
    { name: 'an agent in another script', texts: ['command=fetch', 'agent=\xe5\x8a\x9f', '0001', want, '0000'], code: 'capability' },
    { name: 'an agent twice', texts: ['command=fetch', 'agent=a', 'agent=b', '0001', want, '0000'], code: 'capability' },
    { name: 'an agent without a value', texts: ['command=fetch', 'agent', '0001', want, '0000'], code: 'capability' },
    { name: 'sha256', texts: ['command=fetch', 'object-format=sha256', '0001', want, '0000'], code: 'object-format' },
    { name: 'a flood of capabilities', texts: ['command=fetch', ...Array.from({ length: 300 }, () => 'agent=x'), '0000'], code: 'too-many' },
    { name: 'arguments behind two delimiters', texts: ['command=fetch', '0001', want, '0001', 'done', '0000'], code: 'unexpected-packet' },
    { name: 'a delimiter in front', texts: ['0001', '0000'], code: 'unexpected-packet' },
    { name: 'a second request behind the first', texts: ['command=ls-refs', '0000', 'command=fetch', '0001', want, '0000'], code: 'trailing-data' },
    { name: 'no flush', texts: ['command=fetch', '0001', want], code: 'truncated' },
    { name: 'want-ref', texts: fetch('want-ref refs/heads/main'), code: 'unknown-argument' },
    { name: 'packfile-uris, by which the pack comes from elsewhere', texts: fetch(want, 'packfile-uris https'), code: 'unknown-argument' },
    { name: 'sideband-all', texts: fetch(want, 'sideband-all'), code: 'unknown-argument' },
    { name: 'an unknown argument', texts: fetch(want, 'frobnicate'), code: 'unknown-argument' },
    { name: 'a known argument in another case', texts: fetch(want, 'Done'), code: 'unknown-argument' },
    { name: 'an empty line', texts: fetch(want, ''), code: 'unknown-argument' },
    { name: 'two LF', texts: fetch(want, 'done\n\n'), code: 'unknown-argument' },
    { name: 'bytes that are no text', texts: fetch(want, '\xff'), code: 'malformed-line' },
    { name: 'a flag twice', texts: fetch(want, 'done', 'done'), code: 'duplicate-argument' },
    { name: 'no want', texts: fetch('done'), code: 'no-wants' },
    { name: 'a want of zero', texts: fetch(`want ${ZERO}`), code: 'object-id' },
    { name: 'a want of two ids', texts: fetch(`want ${ID} ${OTHER}`), code: 'object-id' },
    { name: 'a want by name', texts: fetch('want refs/heads/main'), code: 'object-id' },
    { name: 'a want of sha256', texts: fetch(`want ${ID}${ID.slice(0, 24)}`), code: 'object-format' },
    { name: 'a have in upper case', texts: fetch(want, `have ${ID.toUpperCase()}`), code: 'object-id' },
    { name: 'depth zero', texts: fetch(want, 'deepen 0'), code: 'malformed-number' },
    { name: 'depth that overflows an int', texts: fetch(want, 'deepen 2147483648'), code: 'malformed-number' },
    { name: 'depth in hexadecimal, which strtol reads', texts: fetch(want, 'deepen 0x10'), code: 'malformed-number' },
    { name: 'depth with an exponent, which Number reads', texts: fetch(want, 'deepen 1e3'), code: 'malformed-number' },
    { name: 'depth twice', texts: fetch(want, 'deepen 1', 'deepen 2'), code: 'duplicate-argument' },
    { name: 'depth and time', texts: fetch(want, 'deepen 1', 'deepen-since 5'), code: 'conflicting-arguments' },
    { name: 'depth and ref', texts: fetch(want, 'deepen 1', 'deepen-not v1'), code: 'conflicting-arguments' },
    { name: 'time zero', texts: fetch(want, 'deepen-since 0'), code: 'malformed-number' },
    { name: 'a revision expression in place of a ref', texts: fetch(want, 'deepen-not main~1'), code: 'ref-name' },
    { name: 'an option in place of a ref', texts: fetch(want, 'deepen-not --all'), code: 'ref-name' },
    { name: 'two filters', texts: fetch(want, 'filter blob:none', 'filter tree:1'), code: 'duplicate-argument' },
    { name: 'an unknown filter', texts: fetch(want, 'filter sparse:path=x'), code: 'unsupported-filter' },
    { name: 'ls-refs with an argument of fetch', texts: ['command=ls-refs', '0001', want, '0000'], code: 'unknown-argument' },
    { name: 'ls-refs with a flag twice', texts: ['command=ls-refs', '0001', 'peel', 'peel', '0000'], code: 'duplicate-argument' },
    { name: 'ls-refs with a prefix of two lines', texts: ['command=ls-refs', '0001', 'ref-prefix a\nb', '0000'], code: 'malformed-line' },
    { name: 'ls-refs with a long prefix', texts: ['command=ls-refs', '0001', `ref-prefix ${'x'.repeat(5000)}`, '0000'], code: 'malformed-line' },
  ])('$name', ({ texts, code }) => {
    expect(parse(...texts)).toMatchObject({ kind: 'error', error: { code } })
  })

  it('a flood of prefixes', () => {
    const body = bytes(`${pkt('command=ls-refs')}0001${pkt('ref-prefix x').repeat(65_537)}0000`)
    expect(parseV2Request(body)).toMatchObject({ kind: 'error', error: { code: 'too-many' } })
  })

  it('endless haves', () => {
    const body = bytes(fetch(want, ...Array.from({ length: 100 }, () => `have ${ID}`)).map(framed).join(''))
    expect(parseV2Request(body, { maxPackets: 50, maxBytes: 1 << 20 })).toMatchObject({ error: { code: 'too-many' } })
    expect(parseV2Request(body, { maxPackets: 500, maxBytes: 1000 })).toMatchObject({ error: { code: 'too-large' } })
  })

  it('are quoted, escaped and bounded in messages', () => {
    expect(parse(...fetch(want, `\x1b]0;x\x07${'y'.repeat(200)}`))).toEqual({
      kind: 'error',
      error: { code: 'unknown-argument', message: String.raw`argument "\x1b]0;x\x07${'y'.repeat(90)}"... is not known` },
    })
  })
})

const lsRefsRequest: fc.Arbitrary<LsRefsRequest> = fc
  .tuple(identity, fc.record({ symrefs: fc.boolean(), peel: fc.boolean(), unborn: fc.boolean(), prefixes: fc.array(shownName, { maxLength: 4 }) }))
  .map(([who, rest]) => Object.assign({}, who, rest))

const v2FetchRequest: fc.Arbitrary<FetchRequest> = fc.tuple(fetchRequest, fc.boolean()).map(([request, waitForDone]) => Object.assign({}, request, { waitForDone }))

function render(request: V2Request): Uint8Array {
  switch (request.kind) {
    case 'empty':
      return FLUSH_PACKET
    case 'ls-refs':
      return renderLsRefsRequest(request.request)
    case 'fetch':
      return renderFetchRequest(request.request)
  }
}

describe('rendering', () => {
  it('writes what git writes, in its order', () => {
    const request = { ...EMPTY_FETCH_REQUEST, wants: [ID], haves: [OTHER], shallow: [OTHER], deepen: 2, deepenRelative: true, ofsDelta: true, thinPack: true, done: true, agent: 'x', objectFormat: 'sha1' as const }
    const texts = ['thin-pack\n', 'ofs-delta\n', 'deepen-relative\n', `shallow ${OTHER}\n`, 'deepen 2\n', `want ${ID}\n`, `have ${OTHER}\n`, 'done\n']
    const head = ['command=fetch\n', 'object-format=sha1\n', 'agent=x\n']
    expect(renderFetchRequest(request)).toEqual(bytes(`${head.map(pkt).join('')}0001${texts.map(pkt).join('')}0000`))
  })
})

describe('properties', () => {
  it('parses what was rendered', () => {
    fc.assert(fc.property(v2FetchRequest, (request) => {
      expect(parseV2Request(renderFetchRequest(request))).toEqual({ kind: 'ok', value: { kind: 'fetch', request } })
    }))
    fc.assert(fc.property(lsRefsRequest, (request) => {
      expect(parseV2Request(renderLsRefsRequest(request))).toEqual({ kind: 'ok', value: { kind: 'ls-refs', request } })
    }))
  })

  it('never throws, and means the same when rendered again', () => {
    const valid = fc.oneof(v2FetchRequest.map(renderFetchRequest), lsRefsRequest.map(renderLsRefsRequest))
    fc.assert(fc.property(damaged(valid), (input) => {
      const parsed = parseV2Request(input)
      expect(parsed.kind === 'ok' ? parseV2Request(render(parsed.value)) : parsed).toEqual(parsed)
    }), { numRuns: 500 })
  })
})
