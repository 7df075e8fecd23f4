import { type HttpAnswer, type RawRepository, advertise, basic, exchange, renderRequest } from '@refward/testing-raw-git'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { send } from '../world/expect-refused.ts'
import { offerFiles } from '../world/offers.ts'
import { findSecrets } from '../world/planted.ts'

// Class: session theft or reuse, cross-agent use, replay after revocation.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld({ config: '  forge/acme/open: { read: ["other"], push: ["other"] }\nlimits: { agent_per_minute: 100000 }' })
})
afterAll(() => world.close())
afterEach(() => world.upstream.clearFaults())

const as = (password: string, path = '/git/forge/acme/widget.git'): RawRepository => ({ origin: world.gateway.origin, path, user: 'agent', password })
const listing = '/git/forge/acme/widget.git/info/refs?service=git-upload-pack'

async function ask(target: string, headers: readonly (readonly [string, string])[]): Promise<HttpAnswer> {
  const [answer] = await exchange(world.gateway.origin, renderRequest({ target, headers: [['Host', 'gateway'], ...headers, ['Connection', 'close']] }), 1)
  if (answer === undefined) throw new Error('no answer came')
  return answer
}

describe('a token that is not one', () => {
  const guesses: readonly { readonly name: string; readonly make: (token: string) => string }[] = [
    { name: 'with its last letter changed', make: (token) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` },
    { name: 'with its first letter of the secret changed', make: (token) => token.replace(/_([^_])([^_]*)$/, (_, first: string, rest: string) => `_${first === 'x' ? 'y' : 'x'}${rest}`) },
    { name: 'cut', make: (token) => token.slice(0, -1) },
    { name: 'with something behind it', make: (token) => `${token}A` },
    { name: 'in other case', make: (token) => token.toUpperCase() },
    { name: 'with a NUL behind it', make: (token) => `${token}\0` },
    { name: 'with a line end behind it', make: (token) => `${token}\n` },
    { name: 'with a space before it', make: (token) => ` ${token}` },
    { name: 'twice', make: (token) => `${token}:${token}` },
    { name: 'empty', make: () => '' },
    { name: 'a pattern of a database', make: () => "' OR 1=1 --" },
    { name: 'a percent sign', make: () => '%' },
    { name: 'a megabyte', make: () => 'a'.repeat(10_000) },
  ]
  it.each(guesses)('$name', async ({ make }) => {
    const guess = make(world.token)
    const answer = await advertise(as(guess), 'git-upload-pack')
    expect(answer.status).toBe(401)
    expect(answer.body.toString()).toContain('RW_SESSION_UNKNOWN')
  })

  it("the upstream's own password is none, and is not shown as one", async () => {
    const answer = await advertise(as(world.password), 'git-upload-pack')
    expect(answer.status).toBe(401)
    expect(findSecrets(`${answer.body.toString()}${world.gateway.output()}`, [world.password])).toEqual([])
  })
})

describe('a token in another place', () => {
  it.each([
    { name: 'the user name', target: () => listing, headers: (token: string) => basic({ user: token, password: 'x' }) },
    { name: 'the query', target: (token: string) => `${listing}&access_token=${token}`, headers: () => [] },
    { name: 'the path', target: (token: string) => `/git/${token}/forge/acme/widget.git/info/refs?service=git-upload-pack`, headers: () => [] },
    { name: 'user information of the target', target: (token: string) => `http://agent:${token}@gateway${listing}`, headers: () => [] },
    { name: 'Proxy-Authorization', target: () => listing, headers: (token: string) => [['Proxy-Authorization', `Bearer ${token}`]] as const },
    { name: 'X-Api-Key', target: () => listing, headers: (token: string) => [['X-Api-Key', token]] as const },
    { name: 'Private-Token', target: () => listing, headers: (token: string) => [['Private-Token', token]] as const },
    { name: 'a cookie', target: () => listing, headers: (token: string) => [['Cookie', `session=${token}`]] as const },
  ])('$name', async ({ target, headers }) => {
    const answer = await ask(target(world.token), headers(world.token))
    expect(answer.status).toBe(401)
    expect(answer.body.toString()).not.toContain(world.token)
    expect(world.gateway.output()).not.toContain(world.token)
  })
})

describe('a session of another agent', () => {
  it('sees its own repositories and no others', async () => {
    const other = await world.gateway.addAgent('other', ['forge/acme/open'])
    expect((await advertise(as(other, '/git/forge/acme/open.git'), 'git-upload-pack')).status).toBe(200)
    expect((await advertise(as(other), 'git-upload-pack')).status).toBe(404)
    const mine = await advertise(as(world.token, '/git/forge/acme/open.git'), 'git-upload-pack')
    const none = await advertise(as(world.token, '/git/forge/acme/nothing.git'), 'git-upload-pack')
    // What one may not see looks like what there is not.
    expect(mine.status).toBe(none.status)
    expect(mine.body.toString().replace('acme/open', 'X').replace(/request \w+/, '')).toBe(none.body.toString().replace('acme/nothing', 'X').replace(/request \w+/, ''))
  })

  it('does not own what another agent made', async () => {
    const made = offerFiles(world.base, 'refs/heads/agent/fixer/mine', { 'mine.txt': 'mine\n' })
    expect((await send(world.ways.refward, made)).report?.refs).toMatchObject([{ kind: 'ok' }])
    const second = await world.gateway.addAgent('second', ['forge/acme/widget'])
    const [{ ref, newId: oldId } = { ref: '', newId: '' }] = made.commands
    const answer = await send(as(second), { commands: [{ ref, oldId, newId: '0'.repeat(40) }], brings: [] })
    expect(answer.progress).toContain('RW_REF_NOT_OWNED')
    expect((await world.widget.refs()).get(ref)).toBe(oldId)
  })
})

describe('a session that has ended', () => {
  it('by its time', async () => {
    const short = await world.gateway.addAgent('short', ['forge/acme/widget'], 1)
    for (;;) {
      const answer = await advertise(as(short), 'git-upload-pack')
      if (answer.status === 200) continue
      expect(answer.status).toBe(401)
      expect(answer.body.toString()).toContain('RW_SESSION_EXPIRED')
      break
    }
  })

  it('by the operator, between listing and push', async () => {
    const gone = await world.gateway.addAgent('gone', ['forge/acme/widget'])
    expect((await advertise(as(gone), 'git-receive-pack')).status).toBe(200)
    expect((await world.gateway.control('DELETE', '/v1/agents/gone')).status).toBe(200)
    const offer = offerFiles(world.base, 'refs/heads/agent/gone/x', { 'x.txt': 'x\n' })
    const answer = await send(as(gone), offer)
    expect(answer.status).toBe(401)
    expect((await world.widget.refs()).has('refs/heads/agent/gone/x')).toBe(false)
  })

  it('in the middle of a push: nothing goes on in its name', async () => {
    const agent = await world.gateway.addAgent('midway', ['forge/acme/widget'])
    world.upstream.plan({ kind: 'delay', milliseconds: 700 }, { operation: 'advertise', service: 'git-receive-pack' })
    const before = world.upstream.requests.length
    const pushing = send(as(agent), offerFiles(world.base, 'refs/heads/agent/midway/x', { 'x.txt': 'midway\n' }))
    while (world.upstream.requests.length === before) await new Promise((resolve) => setImmediate(resolve))
    await world.gateway.control('DELETE', '/v1/agents/midway')
    const answer = await pushing
    expect(answer.report?.refs).toMatchObject([{ kind: 'ng' }])
    expect(answer.bytes.toString()).toContain('RW_SESSION_REVOKED')
    expect((await world.widget.refs()).has('refs/heads/agent/midway/x')).toBe(false)
  })

  it('does not come back with a name that is used again', async () => {
    const first = await world.gateway.addAgent('phoenix', ['forge/acme/widget'])
    await world.gateway.control('DELETE', '/v1/agents/phoenix')
    await world.gateway.addAgent('phoenix', ['forge/acme/widget']).catch(() => undefined)
    expect((await advertise(as(first), 'git-upload-pack')).status).toBe(401)
  })
})
