import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AdvertisedRef } from './advertised-refs.ts'
import { type Advertisement, createAdvertisementParser } from './advertisement.ts'
import { type Capability, hasFeature } from './capabilities.ts'
import type { PacketLimits } from './packet-decoder.ts'
import { renderCapabilityAdvertisement, renderRefAdvertisement } from './render-advertisement.ts'
import type { Parsed } from './result.ts'
import { advertisedRefs, objectIds, shownName, token } from './testing/arbitraries.ts'
import { bytes, cut, cuts, damaged, feedMessage, pkt, singleBytes } from './testing/feed.ts'
import { createRepository, git, gitOutput, temporaryDirectory } from './testing/git.ts'

const ONE = '937fd86b3d6f5a8f97eb1da57c169fbe73934267'
const TAG = 'ee087b474d5faee2687361a5edbd55363167c70e'
const ZERO = '0'.repeat(40)
const UPLOAD_PACK_CAPABILITIES =
  'multi_ack thin-pack side-band side-band-64k ofs-delta shallow deepen-since deepen-not deepen-relative no-progress include-tag multi_ack_detailed no-done symref=HEAD:refs/heads/main object-format=sha1 agent=git/2.39.5'

// As git 2.39.5 wrote it.
const VERSION_0 = `010b${ONE} HEAD\0${UPLOAD_PACK_CAPABILITIES}\n003d${ONE} refs/heads/main\n003a${ONE} refs/heads/x\n003a${TAG} refs/tags/v1\n003d${ONE} refs/tags/v1^{}\n0000`
const RECEIVE_PACK = `00b1${ONE} refs/heads/main\0report-status report-status-v2 delete-refs side-band-64k quiet atomic ofs-delta object-format=sha1 agent=git/2.39.5\n003a${ONE} refs/heads/x\n003a${TAG} refs/tags/v1\n0000`
const EMPTY_RECEIVE_PACK = `00b1${ZERO} capabilities^{}\0report-status report-status-v2 delete-refs side-band-64k quiet atomic ofs-delta object-format=sha1 agent=git/2.39.5\n0000`
const VERSION_2 = '000eversion 2\n0015agent=git/2.39.5\n0013ls-refs=unborn\n0020fetch=shallow wait-for-done\n0012server-option\n0017object-format=sha1\n0010object-info\n0000'
const PRELUDE = '001e# service=git-upload-pack\n0000'

const REFS = [
  { name: 'HEAD', id: ONE, symrefTarget: 'refs/heads/main' },
  { name: 'refs/heads/main', id: ONE },
  { name: 'refs/heads/x', id: ONE },
  { name: 'refs/tags/v1', id: TAG, peeled: ONE },
]

function parse(input: string, service: 'git-upload-pack' | 'git-receive-pack' = 'git-upload-pack'): Parsed<Advertisement> {
  const whole = feedMessage(createAdvertisementParser(service), [bytes(input)])
  expect(feedMessage(createAdvertisementParser(service), singleBytes(bytes(input)))).toEqual(whole)
  return whole
}

describe('advertisements that servers send', () => {
  it.each([
    { name: 'version 0', input: VERSION_0, version: 0 },
    { name: 'version 0 over http', input: PRELUDE + VERSION_0, version: 0 },
    { name: 'version 1', input: `000eversion 1\n${VERSION_0}`, version: 1 },
    { name: 'version 1 over http', input: `${PRELUDE}000eversion 1\n${VERSION_0}`, version: 1 },
  ])('$name', ({ input, version }) => {
    const result = parse(input)
    expect(result).toMatchObject({ kind: 'ok', value: { kind: 'refs', version, refs: REFS, shallow: [], haves: [], ignored: [] } })
    const capabilities = result.kind === 'ok' ? result.value.capabilities : []
    expect(capabilities).toContainEqual({ name: 'agent', value: 'git/2.39.5' })
    expect(capabilities.some(({ name }) => name === 'symref')).toBe(false)
  })

  it.each([
    { name: 'version 2', input: VERSION_2 },
    { name: 'version 2 behind a service line, as Gitea sends it', input: PRELUDE + VERSION_2 },
  ])('$name', ({ input }) => {
    const result = parse(input)
    expect(result).toMatchObject({ kind: 'ok', value: { kind: 'capabilities', version: 2 } })
    const capabilities = result.kind === 'ok' ? result.value.capabilities : []
    expect(capabilities).toContainEqual({ name: 'fetch', value: 'shallow wait-for-done' })
    expect(hasFeature(capabilities, 'fetch', 'shallow')).toBe(true)
    expect(hasFeature(capabilities, 'fetch', 'filter')).toBe(false)
  })

  it('receive-pack', () => {
    expect(parse(RECEIVE_PACK, 'git-receive-pack')).toMatchObject({ kind: 'ok', value: { refs: [{ name: 'refs/heads/main' }, { name: 'refs/heads/x' }, { name: 'refs/tags/v1' }] } })
  })

  it.each([
    { name: 'an empty repository with capabilities', input: EMPTY_RECEIVE_PACK },
    { name: 'an empty repository of an older git', input: '0000' },
    { name: 'an empty repository of an older git over http', input: '001f# service=git-receive-pack\n00000000' },
  ])('$name', ({ input }) => {
    expect(parse(input, 'git-receive-pack')).toMatchObject({ kind: 'ok', value: { kind: 'refs', refs: [], ignored: [] } })
  })

  it('shallow lines, objects that a fork shares, an unborn HEAD', () => {
    const input = `${pkt(`${ONE} refs/heads/x\0symref=HEAD:refs/heads/none agent=x\n`)}${pkt(`${TAG} .have\n`)}${pkt(`shallow ${ONE}`)}0000`
    expect(parse(input)).toEqual({
      kind: 'ok',
      value: {
        kind: 'refs', version: 0, refs: [{ name: 'refs/heads/x', id: ONE }], capabilities: [{ name: 'agent', value: 'x' }],
        unbornHead: 'refs/heads/none', shallow: [ONE], haves: [TAG], ignored: [],
      },
    })
  })

  it('names that nobody should have are told and left out, so that the others can be read', () => {
    const names = ['refs/heads/a..b', 'refs/heads/a..b^{}', 'FETCH_HEAD', 'refs/heads/\xff\xfe', 'refs/heads/\xe5\x8a\x9f']
    const input = [pkt(`${ONE} refs/heads/x\0\n`), ...names.map((name) => pkt(`${TAG} ${name}\n`)), '0000'].join('')
    expect(parse(input)).toMatchObject({
      kind: 'ok',
      value: {
        refs: [{ name: 'refs/heads/x' }, { name: 'refs/heads/功' }],
        ignored: ['"refs/heads/a..b"', '"refs/heads/a..b^{}"', '"FETCH_HEAD"', String.raw`"refs/heads/\xff\xfe"`],
      },
    })
  })

  it('as many capabilities as are allowed', () => {
    const capabilities = Array.from({ length: 256 }, (_, index) => `c${index}`).join(' ')
    expect(parse(`${pkt(`${ONE} refs/heads/x\0${capabilities}\n`)}0000`)).toMatchObject({ kind: 'ok' })
  })

  it('tells no more than a hundred such names', () => {
    const lines = Array.from({ length: 300 }, (_, index) => pkt(`${TAG} refs/heads/..${index}\n`))
    const result = parse(`${lines.join('')}0000`)
    expect(result.kind === 'ok' && result.value.kind === 'refs' && result.value.ignored.length).toBe(100)
  })
})

describe('on a connection that stays open', () => {
  it('the parser says when the server is done', () => {
    const parser = createAdvertisementParser('git-upload-pack')
    const undone = singleBytes(bytes(VERSION_0)).map((byte) => (parser.push(byte), parser.done))
    expect(undone.indexOf(true)).toBe(VERSION_0.length - 1)
    expect(parser.end()).toMatchObject({ kind: 'ok' })
  })
})

describe('malformed advertisements', () => {
  const first = pkt(`${ONE} refs/heads/x\0agent=x\n`)
  it.each([
    { name: 'another service', input: `${pkt('# service=git-receive-pack\n')}0000${VERSION_0}`, code: 'service' },
    { name: 'service line without its flush', input: `${pkt('# service=git-upload-pack\n')}${VERSION_0}`, code: 'malformed-line' },
    { name: 'service line only', input: PRELUDE, code: 'truncated' },
    { name: 'version 3', input: `${pkt('version 3\n')}0000`, code: 'protocol-version' },
    { name: 'version 0, which is never written', input: `${pkt('version 0\n')}0000`, code: 'protocol-version' },
    { name: 'version 22', input: `${pkt('version 22\n')}0000`, code: 'protocol-version' },
    { name: 'an error in place of refs', input: pkt('ERR access denied\n'), code: 'remote-error' },
    { name: 'an error in the middle', input: first + pkt('ERR gone'), code: 'remote-error' },
    { name: 'sha256 by its capability', input: `${pkt(`${ONE} refs/heads/x\0object-format=sha256\n`)}0000`, code: 'object-format' },
    { name: 'sha256 in version 2', input: `${pkt('version 2\n')}${pkt('object-format=sha256\n')}0000`, code: 'object-format' },
    { name: 'sha256 by its ids', input: `${pkt(`${ONE}${ONE.slice(0, 24)} refs/heads/x\0agent=x\n`)}0000`, code: 'object-format' },
    { name: 'id in upper case', input: `${pkt(`${ONE.toUpperCase()} refs/heads/x\0\n`)}0000`, code: 'object-id' },
    { name: 'ref with the zero id', input: `${pkt(`${ZERO} refs/heads/x\0\n`)}0000`, code: 'object-id' },
    { name: 'capabilities twice, of which readers might take different ones', input: `${first}${pkt(`${ONE} refs/heads/y\0agent=y\n`)}0000`, code: 'malformed-line' },
    { name: 'NUL inside the capabilities', input: `${pkt(`${ONE} refs/heads/x\0agent=x\0side-band\n`)}0000`, code: 'capability' },
    { name: 'a ref twice', input: `${first}${pkt(`${TAG} refs/heads/x\n`)}0000`, code: 'duplicate-ref' },
    { name: 'peeled value without its tag', input: `${first}${pkt(`${TAG} refs/tags/y^{}\n`)}0000`, code: 'malformed-line' },
    { name: 'peeled value twice', input: `${first}${pkt(`${TAG} refs/heads/x^{}\n`).repeat(2)}0000`, code: 'malformed-line' },
    { name: 'a shallow line of nothing', input: `${first}${pkt('shallow x')}0000`, code: 'object-id' },
    { name: 'a shared object that is none', input: `${first}${pkt(`${ZERO} .have`)}0000`, code: 'object-id' },
    { name: 'no name', input: `${first}${pkt(`${TAG} \n`)}0000`, code: 'malformed-line' },
    { name: 'no space', input: `${first}${pkt(TAG)}0000`, code: 'malformed-line' },
    { name: 'a line in a line', input: `${first}${pkt(`${TAG} refs/heads/y\n${TAG} refs/heads/z\n`)}0000`, code: 'malformed-line' },
    { name: 'a web page', input: '<!DOCTYPE html><html>', code: 'packet-header' },
    { name: 'bytes that are neither a ref nor text', input: `${first}${pkt('\xff\xfe\xfd')}0000`, code: 'malformed-line' },
    { name: 'a delimiter', input: `${first}0001`, code: 'unexpected-packet' },
    { name: 'bytes behind the flush', input: `${first}00000`, code: 'trailing-data' },
    { name: 'no flush', input: first, code: 'truncated' },
    { name: 'capability without a name', input: `${pkt(`${ONE} refs/heads/x\0=x\n`)}0000`, code: 'capability' },
    { name: 'two spaces between capabilities', input: `${pkt(`${ONE} refs/heads/x\0a  b\n`)}0000`, code: 'capability' },
    { name: 'a flood of capabilities', input: `${pkt(`${ONE} refs/heads/x\0${'a '.repeat(300)}\n`)}0000`, code: 'too-many' },
    { name: 'a flood of capability lines', input: `${pkt('version 2\n')}${pkt('a\n').repeat(300)}0000`, code: 'too-many' },
  ])('$name', ({ input, code }) => {
    expect(parse(input)).toMatchObject({ kind: 'error', error: { code } })
  })

  it('keeps the words of the server, and quotes them in the message', () => {
    expect(parse(pkt('ERR \x1b[31mno\n'))).toEqual({
      kind: 'error',
      error: { code: 'remote-error', message: String.raw`the peer answered with the error "\x1b[31mno"`, remote: '\x1b[31mno' },
    })
  })

  it.each<{ name: string; limits: PacketLimits; code: string }>([
    { name: 'an endless list', limits: { maxPackets: 3, maxBytes: 10_000 }, code: 'too-many' },
    { name: 'a long list', limits: { maxPackets: 100, maxBytes: 300 }, code: 'too-large' },
  ])('$name', ({ limits, code }) => {
    expect(createAdvertisementParser('git-upload-pack', limits).push(bytes(VERSION_0))).toMatchObject({ error: { code } })
  })
})

const capability: fc.Arbitrary<Capability> = fc
  .tuple(fc.constantFrom('agent', 'side-band-64k', 'x_y-Z0'), fc.option(token, { nil: undefined }))
  .map(([name, value]) => (value === undefined ? { name } : { name, value }))

const content = fc
  .record({ refs: advertisedRefs, capabilities: fc.array(capability, { maxLength: 5 }), unborn: shownName, shallow: objectIds, haves: objectIds, version: fc.constantFrom(0 as const, 1 as const) })
  .map(({ unborn, ...rest }) => (rest.refs[0]?.name === 'HEAD' ? rest : Object.assign({}, rest, { unbornHead: unborn })))

describe('properties', () => {
  it('parses what was rendered, with and without the service line', () => {
    fc.assert(
      fc.property(content, cuts, fc.boolean(), (advertisement, places, http) => {
        const rendered = renderRefAdvertisement(http ? { ...advertisement, service: 'git-upload-pack' } : advertisement)
        const value = { kind: 'refs', ignored: [], ...advertisement }
        expect(feedMessage(createAdvertisementParser('git-upload-pack'), cut(rendered, places))).toEqual({ kind: 'ok', value })
      }),
    )
  })

  it('parses the capabilities that were rendered', () => {
    const features = capability.map(({ name, value }) => (value === undefined ? { name } : { name, value: `${value} ${value}` }))
    fc.assert(
      fc.property(fc.array(features, { maxLength: 6 }), (capabilities) => {
        const rendered = renderCapabilityAdvertisement({ service: 'git-upload-pack', capabilities })
        expect(feedMessage(createAdvertisementParser('git-upload-pack'), [rendered])).toEqual({ kind: 'ok', value: { kind: 'capabilities', version: 2, capabilities } })
      }),
    )
  })

  it('gives one result for any bytes, however they are cut', () => {
    fc.assert(
      fc.property(damaged(content.map(renderRefAdvertisement)), cuts, (input, places) => {
        const whole = feedMessage(createAdvertisementParser('git-upload-pack'), [input])
        expect(feedMessage(createAdvertisementParser('git-upload-pack'), cut(input, places))).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })
})

describe('rendering refuses', () => {
  const base = { version: 0 as const, refs: [], capabilities: [] }
  it.each([
    { name: 'a name that would begin another line', refs: [{ name: 'refs/heads/a\n0000', id: ONE }], capabilities: [] },
    { name: 'a name that would begin capabilities', refs: [{ name: 'refs/heads/a\0push-options', id: ONE }], capabilities: [] },
    { name: 'a capability that would be two', refs: [], capabilities: [{ name: 'agent', value: 'x push-options' }] },
    { name: 'a capability without a name', refs: [], capabilities: [{ name: '' }] },
  ])('$name', (parts) => {
    expect(() => renderRefAdvertisement({ ...base, ...parts })).toThrow(/control bytes|cannot be rendered/)
  })
})

/** A ref as `git ls-remote --symref` shows it. */
function shownLines({ name, id, peeled, symrefTarget }: AdvertisedRef): readonly string[] {
  const symbolic = symrefTarget === undefined ? [] : [`ref: ${symrefTarget}\t${name}`]
  return [...symbolic, `${id}\t${name}`, ...(peeled === undefined ? [] : [`${peeled}\t${name}^{}`])]
}

describe('real git', () => {
  it('says the same over each protocol version as ls-remote shows', async () => {
    const repository = await createRepository(temporaryDirectory(onTestFinished))
    const listed = (await gitOutput('ls-remote', '--symref', repository)).split('\n')
    for (const version of [0, 1]) {
      const { stdout } = await git(['upload-pack', '--stateless-rpc', '--advertise-refs', repository], { environment: { GIT_PROTOCOL: `version=${version}` } })
      const parsed = feedMessage(createAdvertisementParser('git-upload-pack'), cut(stdout, [3, 100, 1000]))
      if (parsed.kind !== 'ok' || parsed.value.kind !== 'refs') throw new Error('not an advertisement of refs')
      expect(parsed.value.version).toBe(version)
      expect(parsed.value.refs.flatMap(shownLines)).toEqual(listed)
    }
  })

  it('of sha256 is refused with a code of its own', async () => {
    const directory = temporaryDirectory(onTestFinished)
    await gitOutput('init', '--quiet', '--bare', '--object-format=sha256', directory)
    const { stdout } = await git(['receive-pack', '--stateless-rpc', '--advertise-refs', directory])
    expect(feedMessage(createAdvertisementParser('git-receive-pack'), [stdout])).toMatchObject({ error: { code: 'object-format' } })
  })
})
