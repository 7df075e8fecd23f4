import { stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { basic, exchange, renderRequest } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'

// Class: the control plane reached by an agent. It has a listener of its own; nobody is trusted for his address.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld()
})
afterAll(() => world.close())

const CONTROL: readonly (readonly [string, string])[] = [
  ['GET', '/v1/agents'],
  ['POST', '/v1/agents'],
  ['GET', '/v1/agents/fixer'],
  ['DELETE', '/v1/agents/fixer'],
  ['POST', '/v1/agents/fixer/sessions'],
  ['POST', '/v1/agents/fixer/explain'],
  ['GET', '/v1/audit'],
  ['GET', '/v1/audit/follow'],
  ['POST', '/v1/audit/verify'],
  ['GET', '/v1/tips'],
  ['POST', '/v1/undo'],
  ['GET', '/v1/status'],
  ['POST', '/v1/reload'],
  ['GET', '/metrics'],
]

describe.each(CONTROL)('%s %s', (method, target) => {
  it.each([
    { name: 'as it is', change: (text: string) => text },
    { name: 'below the agents’ own prefix', change: (text: string) => `/api${text}` },
    { name: 'with a doubled slash', change: (text: string) => `/${text}` },
    { name: 'in absolute form', change: (text: string) => `http://localhost${text}` },
    { name: 'behind dot segments', change: (text: string) => `/health/..${text}` },
    { name: 'encoded', change: (text: string) => text.replace('v1', '%76%31').replace('metrics', '%6detrics') },
  ])('$name', async ({ change }) => {
    const headers = [['Host', 'localhost'], ['X-Forwarded-For', '127.0.0.1'], ...basic({ user: 'operator', password: world.token }), ['Connection', 'close']] as const
    const [answer] = await exchange(world.gateway.origin, renderRequest({ method, target: change(target), headers: [...headers, ['Content-Type', 'application/json']], body: Buffer.from('{}') }), 1)
    expect([400, 404]).toContain(answer?.status)
    expect(answer?.body.toString()).toMatch(/RW_(ROUTE_UNKNOWN|REQUEST_MALFORMED)/)
  })
})

describe('the socket', () => {
  it('belongs to the operator alone', async () => {
    const { mode } = await stat(join(world.gateway.dataDirectory, 'control.sock'))
    expect(mode & 0o777).toBe(0o600)
    expect((await stat(world.gateway.dataDirectory)).mode & 0o777).toBe(0o700)
  })

  it('serves no git and no session of an agent', async () => {
    for (const target of ['/git/forge/acme/widget.git/info/refs?service=git-upload-pack', '/api/v1/whoami', '/health']) {
      expect((await world.gateway.control('GET', target)).status).toBe(404)
    }
  })

  it('is not taken away by a second gateway on the same data', async () => {
    await expect(world.gateway.operator('up')).rejects.toThrow(/RW_DATA_IN_USE/)
    expect((await world.gateway.control('GET', '/v1/status')).status).toBe(200)
  })

  it('refuses what is larger or other than it should be', async () => {
    const headers = [['Host', 'x'], ['Content-Type', 'application/json'], ['Content-Length', '300000'], ['Connection', 'close']] as const
    const socketPath = join(world.gateway.dataDirectory, 'control.sock')
    const [giant] = await exchange({ socketPath }, renderRequest({ method: 'POST', target: '/v1/agents', headers }), 1)
    expect(giant?.status).toBe(413)
    const strange = await world.gateway.control('POST', '/v1/agents', { name: 'x', repositories: ['forge/acme/widget'], admin: true })
    expect(strange.status).toBe(400)
    const climbing = await world.gateway.control('GET', '/v1/agents/..%2f..%2fetc')
    expect(climbing.status).toBe(400)
  })

  it('survives a client that says nothing', async () => {
    const silent = connect(join(world.gateway.dataDirectory, 'control.sock'))
    await new Promise((resolve) => silent.once('connect', resolve))
    expect((await world.gateway.control('GET', '/v1/status')).status).toBe(200)
    silent.destroy()
  })
})
