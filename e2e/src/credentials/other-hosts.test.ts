import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HttpUpstream, createAuthority, startHttpUpstream } from '@refward/testing-http-upstream'
import { advertise, call, renderV2 } from '@refward/testing-raw-git'
import { buildWidget } from '@refward/testing-repositories'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { send } from '../world/expect-refused.ts'
import { offerFiles } from '../world/offers.ts'
import { findSecrets } from '../world/planted.ts'
import { createUpstreamEdge } from './upstream-edge.ts'

// Class: the credential is sent to another host. It is bound to the exact origin; redirects, wrong certificates and names that
// lead elsewhere end the request.

describe('redirects', () => {
  let world: AttackWorld
  let thief: Server
  const stolen: string[] = []
  beforeAll(async () => {
    world = await createAttackWorld()
    thief = createServer((request, response) => {
      stolen.push(`${request.url} ${request.headers.authorization}`)
      response.writeHead(200).end()
    })
    thief.listen(0, '127.0.0.1')
    await once(thief, 'listening')
  })
  afterAll(async () => {
    thief.close()
    await world.close()
  })
  afterEach(() => world.upstream.clearFaults())

  const places: readonly { readonly name: string; readonly location: (port: number, own: string) => string }[] = [
    { name: 'another port', location: (port) => `http://127.0.0.1:${port}/acme/widget.git/info/refs` },
    { name: 'another name for the same machine', location: (port) => `http://localhost:${port}/acme/widget.git/info/refs` },
    { name: 'another path of the same host', location: (_, own) => `${own}/acme/open.git/info/refs?service=git-upload-pack` },
    { name: 'a location without a host', location: () => '/acme/open.git/info/refs?service=git-upload-pack' },
    { name: 'a location with user information', location: (port) => `http://gateway:x@127.0.0.1:${port}/` },
    { name: 'a scheme-relative location', location: (port) => `//127.0.0.1:${port}/` },
    { name: 'another scheme', location: () => 'file:///etc/passwd' },
  ]
  const port = (): number => (thief.address() as AddressInfo).port

  it.each(places)('of a listing to $name', async ({ location }) => {
    for (const status of [301, 302, 303, 307, 308]) {
      world.upstream.plan({ kind: 'redirect', status, location: location(port(), world.upstream.origin) })
      const answer = await advertise(world.ways.refward, 'git-upload-pack')
      expect(answer.status).toBe(502)
      expect(answer.body.toString()).toContain('RW_UPSTREAM_REDIRECT')
      expect(findSecrets(answer.body, [world.password])).toEqual([])
    }
    expect(stolen).toEqual([])
    expect(world.upstream.count({ repository: 'acme/open.git' })).toBe(0)
  })

  it.each(places)('of a push to $name', async ({ name, location }) => {
    world.upstream.plan({ kind: 'redirect', status: 307, location: location(port(), world.upstream.origin) }, { operation: 'push' })
    const ref = `refs/heads/agent/fixer/${name.replaceAll(/\W+/g, '-')}`
    const answer = await send(world.ways.refward, offerFiles(world.base, ref, { 'r.txt': name }))
    expect(answer.report?.refs).toMatchObject([{ kind: 'ng' }])
    expect(answer.progress).toContain('RW_UPSTREAM_REDIRECT')
    expect(stolen).toEqual([])
    expect((await world.open.refs()).has(ref)).toBe(false)
  })

  it.each([
    { name: 'another realm', headers: { 'www-authenticate': 'Basic realm="http://other.example/"' } },
    { name: 'another scheme that asks for more', headers: { 'www-authenticate': 'Negotiate, NTLM, Basic realm="x"' } },
    { name: 'a location beside it', headers: { 'www-authenticate': 'Basic realm="x"', location: 'http://other.example/' } },
  ])('a 401 with $name is a refusal and no question', async ({ headers }) => {
    const before = world.upstream.requests.length
    world.upstream.plan({ kind: 'status', status: 401, headers }, {}, 1)
    const answer = await advertise(world.ways.refward, 'git-upload-pack')
    expect(answer.status).toBe(503)
    expect(answer.body.toString()).toContain('RW_CREDENTIAL_REJECTED')
    expect(world.upstream.requests.length).toBe(before + 1)
  })

  it('a bundle that the forge offers is not fetched', async () => {
    const offer = ['# service=git-upload-pack\n', undefined, 'version 2\n', 'agent=git/2.45\n', 'ls-refs=unborn\n', 'fetch=shallow\n', 'bundle-uri\n', 'object-format=sha1\n', undefined]
    const body = offer.map((text) => (text === undefined ? '0000' : `${(text.length + 4).toString(16).padStart(4, '0')}${text}`)).join('')
    world.upstream.plan({ kind: 'nonsense', body }, { operation: 'advertise', service: 'git-upload-pack' })
    await world.gateway.kill()
    await world.gateway.start()
    const answer = await call(world.ways.refward, { service: 'git-upload-pack', version: 2, body: renderV2('ls-refs', []) })
    expect(answer.body.toString()).toContain('refs/heads/main')
    const asked = await call(world.ways.refward, { service: 'git-upload-pack', version: 2, body: renderV2('bundle-uri', []) })
    expect(asked.body.toString()).toContain('RW_PROTOCOL_MALFORMED')
    expect(stolen).toEqual([])
  })
})

describe('certificates', () => {
  const authority = createAuthority()
  const other = createAuthority('another authority')
  const password = randomBytes(18).toString('base64url')
  const servers: HttpUpstream[] = []
  afterAll(() => Promise.all(servers.map((server) => server.close())))

  it.each([
    { name: 'one that has expired', certificate: authority.issue({ validDays: -1 }) },
    { name: 'one for another name', certificate: authority.issue({ names: ['other.example'] }) },
    { name: 'one for a name that ends like ours', certificate: authority.issue({ names: ['xlocalhost'] }) },
    { name: 'one of an authority that is not trusted', certificate: other.issue() },
    { name: 'none: it speaks in clear', certificate: undefined },
  ])('$name: nothing is sent', async ({ certificate }) => {
    const server = await startHttpUpstream({ password, ...(certificate === undefined ? {} : { tls: certificate }) })
    servers.push(server)
    const edge = await createUpstreamEdge({ url: server.origin.replace('http:', 'https:'), password, ca: authority.certificate })
    expect(await edge.list()).toBe('RW_UPSTREAM_TLS')
    expect(server.requests).toEqual([])
    await edge.upstream.close()
  })

  it('the right one is accepted', async () => {
    const server = await startHttpUpstream({ password, tls: authority.issue() })
    servers.push(server)
    await buildWidget((await server.createRepository('acme/widget')).gitDir)
    const edge = await createUpstreamEdge({ url: server.origin, password, ca: authority.certificate })
    expect(await edge.list()).toBe('ok')
    await edge.upstream.close()
    const distrusting = await createUpstreamEdge({ url: server.origin, password })
    expect(await distrusting.list()).toBe('RW_UPSTREAM_TLS')
    await distrusting.upstream.close()
  })
})

describe('names that lead elsewhere', () => {
  const password = randomBytes(18).toString('base64url')
  let server: HttpUpstream
  beforeAll(async () => {
    server = await startHttpUpstream({ password })
    await buildWidget((await server.createRepository('acme/widget')).gitDir)
  })
  afterAll(() => server.close())

  const named = (): string => server.origin.replace('127.0.0.1', 'forge.example')
  const resolveTo = (...addresses: readonly string[]) => () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))

  it.each([
    { name: 'this machine', addresses: ['127.0.0.1'] },
    { name: 'this machine by its IPv6 name', addresses: ['::1'] },
    { name: 'this machine in IPv6 clothes', addresses: ['::ffff:127.0.0.1'] },
    { name: 'any address', addresses: ['0.0.0.0'] },
    { name: 'metadata', addresses: ['169.254.169.254'] },
    { name: 'metadata in IPv6 clothes', addresses: ['::ffff:169.254.169.254'] },
    { name: 'metadata behind a translator', addresses: ['64:ff9b::a9fe:a9fe'] },
    { name: 'metadata over IPv6', addresses: ['fd00:ec2::254'] },
    { name: 'link-local', addresses: ['fe80::1'] },
    { name: 'several of them', addresses: ['169.254.169.254', '127.0.0.1'] },
    { name: 'nothing', addresses: [] },
  ])('to $name', async ({ addresses }) => {
    const edge = await createUpstreamEdge({ url: named(), password, resolve: resolveTo(...addresses) })
    expect(await edge.list()).toBe('RW_UPSTREAM_ADDRESS')
    await edge.upstream.close()
    expect(server.requests).toEqual([])
  })

  it.each([
    { name: 'to metadata', later: '169.254.169.254' },
    { name: 'to another network', later: '10.0.0.1' },
    { name: 'to the open network', later: '192.0.2.1' },
  ])('only later, $name (rebinding)', async ({ later }) => {
    let address = '127.0.0.1'
    const edge = await createUpstreamEdge({ url: named(), password, addresses: ['127.0.0.0/8'], resolve: () => resolveTo(address)() })
    expect(await edge.list()).toBe('ok')
    address = later
    const before = server.requests.length
    server.resetConnections()
    const code = await edge.list()
    expect(code).toBe('RW_UPSTREAM_ADDRESS')
    expect(server.requests.length).toBe(before)
    await edge.upstream.close()
    server.clear()
  })
})
