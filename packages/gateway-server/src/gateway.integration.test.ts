import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWidget, git, tryGit } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callControl } from './testing/call-control.ts'
import { type TestGateway, startTestGateway } from './testing/start-test-gateway.ts'

let gateway: TestGateway
let token: string
let place: string
let clone: string

beforeAll(async () => {
  gateway = await startTestGateway(`limits: { agent_per_minute: 10000 }
repositories:
  forge/acme/widget: { read: ["*"], push: ["fixer"] }
  forge/acme/secret: { read: ["other"], push: ["other"] }
`)
  for (const name of ['acme/widget', 'acme/secret', 'acme/unnamed']) await buildWidget((await gateway.upstream.createRepository(name)).gitDir)
  token = await gateway.addAgent('fixer', ['forge/acme/*'])
  place = await mkdtemp(join(tmpdir(), 'refward-agent-'))
  clone = join(place, 'clone')
  await git(['clone', '-q', gateway.url('acme/widget.git', token), clone])
  await writeFile(join(clone, 'new.txt'), 'new\n')
  await git(['add', '.'], { cwd: clone })
  await git(['commit', '-q', '-m', 'new'], { cwd: clone })
}, 60_000)

afterAll(async () => {
  await gateway.close()
  await rm(place, { recursive: true, force: true })
})

const basic = (password: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`agent:${password}`).toString('base64')}` })
const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${gateway.origin}${path}`, init)
const listing = '/git/forge/acme/widget.git/info/refs?service=git-upload-pack'

describe('plain git', () => {
  it.each([{ version: 0 }, { version: 1 }, { version: 2 }])('lists in protocol $version as the upstream does', async ({ version }) => {
    const direct = await gateway.upstream.createRepository(`acme/direct-${version}`)
    await buildWidget(direct.gitDir)
    const options = ['-c', `protocol.version=${version}`, 'ls-remote', '--symref']
    const ours = await git([...options, gateway.url('acme/widget', token)])
    expect(ours).toBe(await git([...options, direct.urlWithPassword]))
  })

  it('pushes an own branch, which then is upstream', async () => {
    const pushed = await tryGit(['push', 'origin', 'HEAD:agent/fixer/new'], { cwd: clone })
    expect(pushed).toMatchObject({ status: 0 })
    const head = await git(['rev-parse', 'HEAD'], { cwd: clone })
    const listed = await git(['ls-remote', gateway.url('acme/widget', token), 'refs/heads/agent/fixer/new'])
    expect(listed).toContain(head)
  })

  it('is refused main, with the code, a remedy and the id under which the log has it', async () => {
    const refused = await tryGit(['push', 'origin', 'HEAD:main'], { cwd: clone })
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('! [remote rejected] HEAD -> main (RW_REF_PROTECTED)')
    expect(refused.stderr).toContain('git push origin HEAD:agent/fixer/main')
    const id = /request ([\w-]+)/.exec(refused.stderr)?.[1]
    expect(gateway.logLines).toContainEqual(expect.objectContaining({ request_id: id, operation: 'push', agent: 'fixer', codes: 'RW_REF_PROTECTED' }))
  })

  it.each([
    { name: 'a repository that is for another agent', path: 'acme/secret', code: 'RW_REPOSITORY_NOT_VISIBLE' },
    { name: 'a repository that no policy names', path: 'acme/unnamed', code: 'RW_REPOSITORY_NOT_VISIBLE' },
    { name: 'a repository that does not exist', path: 'acme/nothing', code: 'RW_REPOSITORY_NOT_VISIBLE' },
  ])('is shown the same for $name', async ({ path, code }) => {
    const listed = await tryGit(['ls-remote', gateway.url(path, token)])
    expect(listed.status).toBe(128)
    expect(listed.stderr).toContain(`remote: refward: repository forge/${path} is unknown or not visible to agent fixer (${code})`)
  })

  it('may not push where it may only read', async () => {
    const reader = await gateway.addAgent('reader', ['forge/acme/widget'])
    const pushed = await tryGit(['push', gateway.url('acme/widget', reader), 'HEAD:refs/heads/agent/reader/x'], { cwd: clone })
    expect(pushed.stderr).toContain('RW_PUSH_NOT_ALLOWED')
    expect(await git(['ls-remote', gateway.url('acme/widget', token)])).not.toContain('agent/reader')
  })
})

describe('sessions', () => {
  it.each([
    { name: 'no credentials', headers: {}, code: 'RW_SESSION_MISSING' },
    { name: 'a token that nobody issued', headers: basic('rfw_aaaa_bbbb'), code: 'RW_SESSION_UNKNOWN' },
    { name: 'an upstream credential in place of a token', headers: basic('hunter2hunter2'), code: 'RW_SESSION_UNKNOWN' },
    { name: 'another scheme', headers: { authorization: 'Negotiate abc' }, code: 'RW_SESSION_UNKNOWN' },
  ])('refuses $name with 401', async ({ headers, code }) => {
    const answer = await ask(listing, { headers })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="refward", charset="UTF-8"')
    expect(await answer.text()).toContain(code)
  })

  it('does not take identity from anything but the token', async () => {
    const answer = await ask('/api/v1/whoami', { headers: { ...basic(token), 'x-forwarded-user': 'other', 'x-agent': 'other', 'x-request-id': 'chosen' } })
    expect(await answer.json()).toMatchObject({ agent: 'fixer' })
  })

  it('holds a revocation from the next request on', async () => {
    const short = await gateway.addAgent('short', ['forge/acme/widget'])
    expect((await ask(listing, { headers: basic(short) })).status).toBe(200)
    await callControl(gateway.controlPath, 'DELETE', '/v1/agents/short')
    const answer = await ask(listing, { headers: basic(short) })
    expect(answer.status).toBe(401)
    expect(await answer.text()).toContain('RW_SESSION_REVOKED')
  })
})

describe('requests that no git client sends', () => {
  const post = (path: string, headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>): Promise<Response> => ask(path, { method: 'POST', headers: { ...basic(token), ...headers }, body })
  const fetchType = { 'content-type': 'application/x-git-upload-pack-request' }

  it.each([
    { name: 'an encoded path', path: '/git/forge/acme%2fwidget/info/refs?service=git-upload-pack', status: 400, code: 'RW_REQUEST_MALFORMED' },
    { name: 'a doubled slash', path: '/git/forge//acme/widget/info/refs?service=git-upload-pack', status: 400, code: 'RW_REQUEST_MALFORMED' },
    { name: 'the dumb protocol', path: '/git/forge/acme/widget/info/refs', status: 400, code: 'RW_REQUEST_MALFORMED' },
    { name: 'git LFS', path: '/git/forge/acme/widget.git/info/lfs/locks', status: 501, code: 'RW_LFS_NOT_YET' },
    { name: 'another address', path: '/admin', status: 404, code: 'RW_ROUTE_UNKNOWN' },
  ])('refuses $name', async ({ path, status, code }) => {
    const answer = await ask(path, { headers: basic(token) })
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(code)
  })

  it.each([
    { name: 'another content type', headers: { 'content-type': 'text/plain' }, body: '0000', status: 400, code: 'RW_REQUEST_MALFORMED' },
    { name: 'brotli', headers: { ...fetchType, 'content-encoding': 'br' }, body: '0000', status: 400, code: 'RW_REQUEST_ENCODING' },
    { name: 'a pkt-line that is none', headers: { ...fetchType, 'git-protocol': 'version=2' }, body: 'zzzz', status: 200, code: 'RW_PROTOCOL_MALFORMED' },
    { name: 'a command that is not served', headers: { ...fetchType, 'git-protocol': 'version=2' }, body: '0014command=bundle-uri0000', status: 200, code: 'RW_PROTOCOL_MALFORMED' },
  ])('refuses a POST with $name', async ({ headers, body, status, code }) => {
    const answer = await post('/git/forge/acme/widget/git-upload-pack', headers, body)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(code)
  })

  it('refuses ambiguous lengths before anything looks at the request', async () => {
    const text = await exchange(`POST /git/forge/acme/widget/git-upload-pack HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nHost: x\r\n\r\n`)
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })
})

describe('the control socket', () => {
  it('can be opened by its owner alone', async () => {
    expect((await stat(gateway.controlPath)).mode & 0o777).toBe(0o600)
  })

  it('is not served to agents', async () => {
    for (const path of ['/v1/agents', '/v1/status', '/metrics', '/v1/audit']) expect((await ask(path, { headers: basic(token) })).status).toBe(404)
  })

  it.each([
    { name: 'an unknown field', body: { name: 'x', repositories: ['forge/acme/widget'], admin: true } },
    { name: 'a name that would leave its pattern', body: { name: 'a/b', repositories: ['forge/acme/widget'] } },
    { name: 'a missing field', body: { name: 'x' } },
  ])('refuses $name', async ({ body }) => {
    expect((await callControl(gateway.controlPath, 'POST', '/v1/agents', body)).status).toBe(400)
  })

  it('explains with the words of the refusal', async () => {
    const question = { repository: 'forge/acme/widget', push: [{ ref: 'refs/heads/main', action: 'push' }] }
    const operator = await callControl(gateway.controlPath, 'POST', '/v1/agents/fixer/explain', question)
    const self = await ask('/api/v1/explain', { method: 'POST', headers: { ...basic(token), 'content-type': 'application/json' }, body: JSON.stringify(question) })
    for (const answer of [operator.body, await self.text()]) expect(answer).toContain('RW_REF_PROTECTED')
  })

  it('counts', async () => {
    const { body } = await callControl(gateway.controlPath, 'GET', '/metrics')
    expect(body).toMatch(/refward_requests_total\{operation="list",outcome="done"\} \d+/)
    expect(body).toMatch(/refward_refusals_total\{code="RW_REF_PROTECTED"\} \d+/)
  })

  it('verifies the audit of all of it', async () => {
    const { body } = await callControl(gateway.controlPath, 'POST', '/v1/audit/verify')
    expect(JSON.parse(body)).toMatchObject({ verdict: { kind: 'ok' } })
  })
})

/** Sends raw bytes and reads until the server closes. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gateway.origin)
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    socket.once('close', () => resolve(text)).once('error', reject)
  })
}
