import { type HttpAnswer, basic, chunked, exchange, openConnection, renderRequest } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'

// Class: smuggling, ambiguous lengths, header injection, hop-by-hop tricks, spoofed Host and identity. Requests are parsed once and
// rebuilt, never relayed, so what a front and a back end could read in two ways is refused before anything looks at it.

let world: AttackWorld
let auth: string
beforeAll(async () => {
  world = await createAttackWorld({ config: 'limits: { agent_per_minute: 1000000 }' })
  auth = basic({ user: 'agent', password: world.token }).map(([name, value]) => `${name}: ${value}`).join('\r\n')
})
afterAll(() => world.close())

const LISTING = '/git/forge/acme/widget.git/info/refs?service=git-upload-pack'
const POST = 'POST /git/forge/acme/widget.git/git-upload-pack HTTP/1.1'
const TYPE = 'Content-Type: application/x-git-upload-pack-request'
const HIDDEN = 'GET /api/v1/whoami HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n'

const lines = (...parts: readonly string[]): string => parts.join('\r\n')
const send = (bytes: string | Uint8Array, count?: number): Promise<readonly HttpAnswer[]> => exchange(world.gateway.origin, bytes, count)

/** One answer, which refuses, and the connection ends: nothing behind it was read as a request. */
async function expectOneRefusal(bytes: string | Uint8Array): Promise<void> {
  const upstream = world.upstream.requests.length
  const answers = await send(bytes)
  expect(answers.map(({ status }) => status)).toEqual([400])
  expect(world.upstream.requests.length).toBe(upstream)
}

describe('requests whose end can be read in two ways', () => {
  it.each([
    { name: 'CL.TE', head: ['Content-Length: 4', 'Transfer-Encoding: chunked'] },
    { name: 'TE.CL', head: ['Transfer-Encoding: chunked', 'Content-Length: 4'] },
    { name: 'two different lengths', head: ['Content-Length: 0', 'Content-Length: 30'] },
    { name: 'the same length twice', head: ['Content-Length: 4', 'Content-Length: 4'] },
    { name: 'a list of lengths', head: ['Content-Length: 4, 4'] },
    { name: 'a length with a sign', head: ['Content-Length: +4'] },
    { name: 'a length in hex', head: ['Content-Length: 0x4'] },
    { name: 'a length with a space', head: ['Content-Length: 4 4'] },
    { name: 'a length beyond all numbers', head: ['Content-Length: 99999999999999999999999'] },
    { name: 'a space before the colon', head: ['Content-Length : 4'] },
    { name: 'a space before the name', head: ['X-A: b', ' Content-Length: 4'] },
    { name: 'chunked that is not the last coding', head: ['Transfer-Encoding: chunked, identity'] },
    { name: 'chunked in other words', head: ['Transfer-Encoding: xchunked'] },
    { name: 'chunked twice', head: ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'] },
    { name: 'chunked behind a vertical tab', head: ['Transfer-Encoding:\u000bchunked'] },
    { name: 'a NUL in a header', head: ['X-A: a\0b'] },
    { name: 'a carriage return in a header', head: ['X-A: a\rContent-Length: 4'] },
  ])('$name', ({ head }) => expectOneRefusal(`${lines(POST, 'Host: gateway', auth, TYPE, ...head, '', '')}0\r\n\r\n${HIDDEN}`))

  it.each([
    { name: 'a chunk size with a sign', body: '+4\r\n0000\r\n0\r\n\r\n' },
    { name: 'a chunk size in other digits', body: '0x4\r\n0000\r\n0\r\n\r\n' },
    { name: 'a chunk that is longer than it says', body: '4\r\n0000XX\r\n0\r\n\r\n' },
    { name: 'a chunk size that overflows', body: 'ffffffffffffffff1\r\n0000\r\n0\r\n\r\n' },
    { name: 'a line feed alone behind a chunk size', body: '4\n0000\r\n0\r\n\r\n' },
  ])('$name', async ({ body }) => {
    const answers = await send(`${lines(POST, 'Host: gateway', auth, TYPE, 'Transfer-Encoding: chunked', '', '')}${body}${HIDDEN}`)
    expect(answers.length).toBeLessThanOrEqual(1)
    expect(answers.map(({ body: text }) => text.toString())).not.toContainEqual(expect.stringContaining('"agent"'))
  })

  it.each([
    { name: 'obs-fold', text: lines(`GET ${LISTING} HTTP/1.1`, 'Host: gateway', 'Authorization: Basic', ` ${'x'.repeat(20)}`, '', '') },
    { name: 'line feeds alone', text: `GET ${LISTING} HTTP/1.1\nHost: gateway\n\n` },
    { name: 'no Host', text: lines(`GET ${LISTING} HTTP/1.1`, '', '') },
    { name: 'a target with a space', text: lines(`GET ${LISTING} extra HTTP/1.1`, 'Host: gateway', '', '') },
    { name: 'HTTP/2 in clear', text: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
    { name: 'HTTP/0.9', text: `GET ${LISTING}\r\n` },
    { name: 'TLS to a port that has none', text: '\u0016\u0003\u0001\u0002\u0000\u0001' },
    { name: 'a proxy protocol line', text: `PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\nGET ${LISTING} HTTP/1.1\r\nHost: gateway\r\n\r\n` },
    { name: 'a header of twenty kilobytes', text: lines(`GET ${LISTING} HTTP/1.1`, 'Host: gateway', `X-Long: ${'a'.repeat(20_000)}`, '', '') },
  ])('$name', async ({ text }) => {
    const upstream = world.upstream.requests.length
    const answers = await send(text)
    expect([400, 408, 431]).toContain(answers[0]?.status)
    expect(answers).toHaveLength(1)
    expect(world.upstream.requests.length).toBe(upstream)
  })
})

describe('who asks, and where', () => {
  it.each([
    { name: 'absolute form to another host', target: `http://other.example${LISTING}` },
    { name: 'absolute form to the control plane', target: 'http://localhost/v1/agents' },
    { name: 'authority form', target: 'other.example:443', method: 'CONNECT' },
    { name: 'asterisk form', target: '*', method: 'OPTIONS' },
    { name: 'TRACE, which would show the token', target: LISTING, method: 'TRACE' },
    { name: 'a doubled slash at the start', target: `/${LISTING}` },
    { name: 'a scheme-relative target', target: `//other.example${LISTING}` },
    { name: 'an encoded slash', target: LISTING.replace('acme/', 'acme%2f') },
    { name: 'an encoded letter', target: LISTING.replace('acme', '%61cme') },
    { name: 'an encoded query', target: LISTING.replace('?', '%3f') },
    { name: 'dot segments', target: '/git/forge/acme/x/../widget.git/info/refs?service=git-upload-pack' },
    { name: 'encoded dot segments', target: '/git/forge/acme/x/%2e%2e/widget.git/info/refs?service=git-upload-pack' },
    { name: 'a path parameter', target: LISTING.replace('widget.git', 'widget.git;x=1') },
    { name: 'a fragment', target: `${LISTING}#x` },
    { name: 'a backslash', target: LISTING.replace('acme/', 'acme\\') },
    { name: 'two services', target: `${LISTING}&service=git-receive-pack` },
    { name: 'a plane in capitals', target: LISTING.replace('/git/', '/GIT/') },
  ])('$name is not served', async ({ target, method = 'GET' }) => {
    const upstream = world.upstream.requests.length
    const answers = await send(lines(`${method} ${target} HTTP/1.1`, 'Host: gateway', auth, 'Connection: close', '', ''))
    expect(answers.every(({ status }) => status >= 400)).toBe(true)
    expect(answers.map(({ body }) => body.toString()).join('')).not.toContain(world.token)
    expect(world.upstream.requests.length).toBe(upstream)
  })

  it.each([
    { name: 'X-HTTP-Method-Override', header: 'X-HTTP-Method-Override: POST' },
    { name: 'X-Original-URL', header: 'X-Original-URL: /v1/agents' },
    { name: 'X-Rewrite-URL', header: 'X-Rewrite-URL: /v1/agents' },
    { name: 'X-Forwarded-Prefix', header: 'X-Forwarded-Prefix: /v1' },
    { name: 'Forwarded', header: 'Forwarded: for=127.0.0.1;host=forge' },
    { name: 'X-Forwarded-User', header: 'X-Forwarded-User: operator' },
    { name: 'a Host of the forge', header: 'Host: other.example' },
    { name: 'Connection that names Authorization', header: 'Connection: close, authorization' },
    { name: 'Upgrade to a web socket', header: 'Connection: close, upgrade\r\nUpgrade: websocket' },
  ])('$name changes nothing', async ({ header }) => {
    const host = header.startsWith('Host') ? '' : 'Host: gateway\r\n'
    const [answer] = await send(`GET /api/v1/whoami HTTP/1.1\r\n${host}${auth}\r\n${header}\r\nConnection: close\r\n\r\n`)
    expect(answer?.status).toBe(200)
    expect(JSON.parse(answer?.body.toString() ?? '')).toMatchObject({ agent: 'fixer' })
  })

  it('a second Authorization header does not count', async () => {
    const other = await world.gateway.addAgent('other', ['forge/acme/widget'])
    const second = `Authorization: Bearer ${other}`
    const [first] = await send(lines('GET /api/v1/whoami HTTP/1.1', 'Host: gateway', auth, second, 'Connection: close', '', ''))
    expect(JSON.parse(first?.body.toString() ?? '')).toMatchObject({ agent: 'fixer' })
  })
})

describe('requests one behind the other', () => {
  const whoami = (authorization: string): string => lines('GET /api/v1/whoami HTTP/1.1', 'Host: gateway', authorization, '', '')

  it('each stands for itself: a session is not kept by a connection', async () => {
    const answers = await send(`${whoami(auth)}${whoami('X-Nothing: 1')}${whoami('Authorization: Bearer wrong')}`, 3)
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401])
  })

  it('behind a POST whose body is refused are not read', async () => {
    const refused = lines(POST, 'Host: gateway', 'Content-Length: 200', TYPE, '', '')
    const answers = await send(`${refused}${HIDDEN}${'x'.repeat(300)}`)
    expect(answers.map(({ status }) => status)).toEqual([401])
  })

  it('HTTP/1.0 is answered and ended, also when it asks to be kept', async () => {
    const plain = await send(`GET /api/v1/whoami HTTP/1.0\r\n${auth}\r\n\r\n`)
    expect(plain.map(({ status }) => status)).toEqual([200])
    const kept = await send(`GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /health HTTP/1.0\r\n\r\n`, 2)
    expect(kept.map(({ status }) => status)).toEqual([200, 200])
  })

  it('Expect: 100-continue is answered before the body, and only what it names', async () => {
    const connection = await openConnection(world.gateway.origin)
    const version = 'Git-Protocol: version=2'
    connection.send(lines(POST, 'Host: gateway', auth, TYPE, version, 'Expect: 100-continue', 'Transfer-Encoding: chunked', 'Connection: close', '', ''))
    while (!connection.received.includes('100 Continue')) await new Promise((resolve) => setImmediate(resolve))
    connection.send(chunked(Buffer.from('0014command=ls-refs\n00010000')))
    const [answer] = await connection.answers(1)
    connection.destroy()
    expect(answer?.status).toBe(200)
    expect(answer?.body.toString()).toContain('refs/heads/main')
  })

  it('another expectation is refused', async () => {
    const [answer] = await send(renderRequest({ method: 'POST', target: '/git/forge/acme/widget.git/git-upload-pack', headers: [['Host', 'gateway'], ['Expect', 'the impossible'], ['Connection', 'close']], body: Buffer.from('0000') }))
    expect(answer?.status).toBe(417)
  })
})

describe('bodies in other clothes', () => {
  it.each([
    { name: 'brotli', encoding: 'br' },
    { name: 'deflate', encoding: 'deflate' },
    { name: 'zstd', encoding: 'zstd' },
    { name: 'gzip twice', encoding: 'gzip, gzip' },
    { name: 'gzip with a tail', encoding: 'gzip;q=1' },
    { name: 'compress', encoding: 'compress' },
  ])('$name', async ({ encoding }) => {
    const [answer] = await send(lines(POST, 'Host: gateway', auth, TYPE, `Content-Encoding: ${encoding}`, 'Content-Length: 4', 'Connection: close', '', '0000'))
    expect(answer?.status).toBe(400)
    expect(answer?.body.toString()).toContain('RW_REQUEST_ENCODING')
  })

  it.each([
    { name: 'a giant JSON body', body: `{"repository":"${'a'.repeat(300_000)}"}` },
    { name: 'JSON that is nested without end', body: `{"repository":${'['.repeat(100_000)}` },
    { name: 'JSON with a prototype', body: '{"__proto__":{"admin":true},"repository":"forge/acme/widget"}' },
    { name: 'no JSON', body: 'repository=forge/acme/widget' },
  ])('$name', async ({ body }) => {
    const [answer] = await send(lines('POST /api/v1/explain HTTP/1.1', 'Host: gateway', auth, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body))
    expect([400, 413]).toContain(answer?.status)
    expect(answer?.body.toString()).toMatch(/RW_(REQUEST_MALFORMED|LIMIT_REQUEST_BYTES)/)
  })
})
