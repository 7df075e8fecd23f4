import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { describe, expect, it, onTestFinished } from 'vitest'

import { HelperInput } from './helper-input.ts'
import { HelperTalk } from './helper-talk.ts'

const TOKEN = `rfw_${'a'.repeat(16)}_${'b'.repeat(52)}`
const [ONE, TWO] = ['1'.repeat(40), '2'.repeat(40)] as const
const LISTING = JSON.stringify({ success: true, request_id: 'r', repository: 'forge/acme/widget', operation: 'fetch', refs: [{ ref: 'HEAD', id: ONE, symref: 'refs/heads/main' }, { ref: 'refs/heads/main', id: ONE }, { ref: 'refs/heads/x', id: TWO }] })
const JSON_TYPE = 'application/json; charset=utf-8'

interface Answer {
  readonly status?: number
  readonly type?: string
  readonly body: string
}

interface Talked {
  readonly said: string
  readonly told: string
  readonly asked: readonly { readonly path: string; readonly body: string; readonly headers: IncomingMessage['headers'] }[]
  readonly error: unknown
}

/** Says the lines to a helper whose gateway answers like this, by path. */
async function talk(lines: string, answers: Readonly<Record<string, Answer>>, more: { readonly isListing?: boolean; readonly remote?: string } = {}): Promise<Talked> {
  const asked: { readonly path: string; readonly body: string; readonly headers: IncomingMessage['headers'] }[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ path: request.url ?? '', body, headers: request.headers })
      const { status = 200, type = JSON_TYPE, body: answer } = answers[(request.url ?? '').replace('/api/v1/git/', '')] ?? { status: 404, type: 'text/html', body: '<h1>' }
      return response.writeHead(status, { 'content-type': type }).end(answer)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const [said, told]: [string[], string[]] = [[], []]
  const access = { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: TOKEN, caFile: undefined }
  const helper = new HelperTalk({
    access,
    place: { path: '/work', remote: more.remote ?? 'https://git.example.org/acme/widget' },
    isListing: more.isListing === true,
    write: (bytes) => Promise.resolve(void said.push(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1'))),
    tell: (line) => void told.push(`${line}\n`),
  })
  const error: unknown = await helper.run(new HelperInput(chunksOf(lines))).catch((caught: unknown) => caught)
  return { said: said.join(''), told: told.join(''), asked, error }
}

async function* chunksOf(lines: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(lines, 'latin1'))
}

describe('a listing', () => {
  it('is asked of the gateway, with the token of the session and nothing of git', async () => {
    const { said, told, asked, error } = await talk('capabilities\noption verbosity 1\noption cloning true\nlist\n\n', { 'ls-remote': { body: LISTING } }, { isListing: true })
    expect({ said, told, error }).toEqual({ said: `option\npush\n\nok\nunsupported\n@refs/heads/main HEAD\n${ONE} refs/heads/main\n${TWO} refs/heads/x\n\n`, told: '', error: undefined })
    expect(asked.map(({ path, body }) => ({ path, body: JSON.parse(body) as unknown }))).toEqual([{ path: '/api/v1/git/ls-remote', body: { repo_path: '/work', remote: 'https://git.example.org/acme/widget' } }])
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`)
  })

  it('says what origin is, where its address does not', async () => {
    expect(await talk('list for-push\n\n', { 'ls-remote': { body: LISTING } }, { remote: 'origin' })).toMatchObject({ told: 'refward: origin is forge/acme/widget\n' })
    expect(await talk('option verbosity 0\nlist for-push\n\n', { 'ls-remote': { body: LISTING } }, { remote: 'origin' })).toMatchObject({ told: '' })
  })

  it('that is refused ends in the words of the gateway, which cannot steer a terminal', async () => {
    const body = JSON.stringify({ success: false, message: 'no\u001b[2J', error: { code: 'RW_REMOTE_UNKNOWN', hint: 'use origin\n' }, request_id: 'r-1' })
    const { said, error } = await talk('list\n\n', { 'ls-remote': { status: 403, body } })
    expect({ said, text: (error as { readonly text?: string }).text }).toEqual({ said: '', text: 'fatal: refward: no\\x1b[2J (RW_REMOTE_UNKNOWN)\nhint: use origin\\n\nhint: request r-1\n' })
  })

  it.each([
    { name: 'a page', answer: { type: 'text/html', body: '<h1>' } },
    { name: 'another object', answer: { body: '{"success": true}' } },
    { name: 'a failure without reason', answer: { status: 500, body: '{}' } },
    { name: 'a list', answer: { body: '[]' } },
    { name: 'half of one', answer: { body: LISTING.slice(0, -10) } },
    { name: 'a success that is a refusal', answer: { status: 403, body: LISTING } },
    { name: 'a ref that is two', answer: { body: LISTING.replace('refs/heads/x', `refs/heads/x\\n${ONE} refs/heads/y`) } },
  ])('that is $name says nothing to git', async ({ answer }) => {
    const { said, told, error } = await talk('list\n\n', { 'ls-remote': answer })
    expect({ said, told }).toEqual({ said: '', told: '' })
    expect(error).toMatchObject({ code: 'RW_SHIM_ANSWER' })
    expect(JSON.stringify([error, String(error)])).not.toContain(TOKEN)
  })
})

describe('a push', () => {
  const push = 'option dry-run true\noption atomic true\noption cas refs/heads/x:' + TWO + '\nlist for-push\npush :refs/heads/x\npush :refs/heads/main\n\n'
  const zero = '0'.repeat(40)

  it('is one request, whose results are told for each ref', async () => {
    const refs = [{ ref: 'refs/heads/x', new_id: zero }, { ref: 'refs/heads/main', new_id: zero }]
    const { said, told, asked } = await talk(push, { 'ls-remote': { body: LISTING }, push: { body: JSON.stringify({ success: true, refs, messages: ['hello'] }) } })
    expect(said).toBe(`ok\nok\nok\n${ONE} refs/heads/main\n${TWO} refs/heads/x\n\nok refs/heads/x\nok refs/heads/main\n\n`)
    expect(told).toBe('remote: hello\n')
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({
      repo_path: '/work', remote: 'https://git.example.org/acme/widget', refspecs: [':refs/heads/x', ':refs/heads/main'], force_with_lease: [`refs/heads/x:${TWO}`, `refs/heads/main:${ONE}`], atomic: true, dry_run: true,
    })
  })

  it.each([
    { code: 'RW_REF_PROTECTED', reason: 'RW_REF_PROTECTED' },
    { code: 'RW_PUSH_NOT_FORWARD', reason: 'fetch first' },
  ])('that is refused with $code is told as "$reason"', async ({ code, reason }) => {
    const refusal = JSON.stringify({ success: false, message: 'it is not', error: { code, hint: 'do not' }, request_id: 'r-1' })
    const { said, told } = await talk(push, { 'ls-remote': { body: LISTING }, push: { status: 403, body: refusal } })
    expect(said).toMatch(new RegExp(`\n\nerror refs/heads/x ${reason}\nerror refs/heads/main ${reason}\n\n$`))
    expect(told).toBe(`remote: refward: it is not (${code})\nremote: refward: do not\nremote: refward: request r-1\n`)
  })

  it('tells a lease that does not hold as git does, and a ref that has moved by its code', async () => {
    const refusal = JSON.stringify({ success: false, message: 'it is stale', error: { code: 'RW_REF_STALE', hint: 'fetch' } })
    expect((await talk(push, { 'ls-remote': { body: LISTING }, push: { status: 409, body: refusal } })).said).toMatch(/error refs\/heads\/x stale info\nerror refs\/heads\/main RW_REF_STALE\n\n$/)
  })

  it('of which nothing is known is no success, and no failure that could be tried again unseen', async () => {
    const { said, error } = await talk(push, { 'ls-remote': { body: LISTING }, push: { body: '{"success": true, "refs": []}' } })
    expect(said).not.toMatch(/^(?:ok|error) refs/m)
    expect(error).toMatchObject({ code: 'RW_SHIM_ANSWER', hint: expect.stringContaining('look whether it was done') as unknown })
  })

  it('that is no push is not guessed at', async () => {
    const { error, asked } = await talk('push refs/heads/a:refs/heads/b\nlist\n\n', {})
    expect(error).toBeInstanceOf(RangeError)
    expect(asked).toEqual([])
  })
})

describe('objects', () => {
  const prefix = '001e# service=git-upload-pack\n0000'
  const capabilities = '000eversion 2\n000cls-refs\n0000'
  const advertisement = { type: 'application/x-git-upload-pack-advertisement', body: prefix + capabilities }
  const where = '/git/forge/acme/widget.git'
  const info = `${where}/info/refs?service=git-upload-pack`
  const lines = 'capabilities\nstateless-connect git-upload-pack\n0014command=ls-refs\n00010009peel\n00000010command=fetc0001000edone-it-is0000'

  it('are asked for in the protocol of git, request by request', async () => {
    const { said, told, asked, error } = await talk(lines, {
      fetch: { body: LISTING },
      [info]: advertisement,
      [`${where}/git-upload-pack`]: { type: 'application/x-git-upload-pack-result', body: '0009PACK\n0000' },
    })
    expect({ told, error }).toEqual({ told: '', error: undefined })
    expect(said).toBe(`option\npush\nstateless-connect\n\n\n${capabilities}0009PACK\n000000020009PACK\n00000002`)
    expect(asked.map(({ path, headers }) => [path, headers['git-protocol']])).toEqual([['/api/v1/git/fetch', undefined], [info, 'version=2'], [`${where}/git-upload-pack`, 'version=2'], [`${where}/git-upload-pack`, 'version=2']])
    expect(asked.slice(2).map(({ body }) => body)).toEqual(['0014command=ls-refs\n00010009peel\n0000', '0010command=fetc0001000edone-it-is0000'])
  })

  it('are not asked for when the exec plane has refused', async () => {
    const refusal = JSON.stringify({ success: false, message: 'outside', error: { code: 'RW_WORKTREE_OUTSIDE', hint: 'x' } })
    const { asked, error } = await talk(lines, { fetch: { status: 403, body: refusal } })
    expect((error as { readonly text?: string }).text).toContain('(RW_WORKTREE_OUTSIDE)')
    expect(asked).toHaveLength(1)
  })

  it.each([
    { name: 'an old protocol', answer: { ...advertisement, body: `${prefix}0032${ONE} HEAD\n0000` } },
    { name: 'a page', answer: { type: 'text/html', body: '<h1>' } },
    { name: 'no end', answer: { ...advertisement, body: prefix + capabilities + 'a'.repeat(100_000) } },
  ])('do not come when there is $name', async ({ answer }) => {
    const { said, error } = await talk(lines, { fetch: { body: LISTING }, [info]: answer })
    expect(said).toBe('option\npush\nstateless-connect\n\n')
    expect(error).toMatchObject({ code: 'RW_SHIM_ANSWER' })
  })

  it('that are refused on the way are refused in the words of the gateway', async () => {
    const { told } = await talk(lines, { fetch: { body: LISTING }, [info]: advertisement, [`${where}/git-upload-pack`]: { status: 429, type: 'text/plain; charset=utf-8', body: 'refward: too many\u001b[2J\n' } })
    expect(told).toBe('remote: refward: too many\\x1b[2J\n')
  })

  it.each(['zzzz', '0003', '00'])('are not asked for with %j, which is no packet', async (packet) => {
    const { asked } = await talk(`stateless-connect git-upload-pack\n${packet}`, { fetch: { body: LISTING }, [info]: advertisement })
    expect(asked).toHaveLength(2)
  })
})
