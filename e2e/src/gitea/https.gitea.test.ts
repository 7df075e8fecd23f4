import { startTestGateway } from '@refward/testing-gateway'
import type { GiteaRepository } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectNoCredential } from './world/expect-no-credential.ts'
import { GiteaWorld, readDoctor } from './world/gitea-world.ts'
import { Sandbox } from './world/sandbox.ts'

let world: GiteaWorld
let widget: GiteaRepository

beforeAll(async () => {
  world = await GiteaWorld.create({ tls: true, config: 'repositories:\n  forge/acme/widget: { read: ["*"], push: ["*"] }\n' })
  widget = await world.createWidget('widget')
})

afterAll(() => world.close())

describe('a forge behind HTTPS', () => {
  it('whose authority the configuration names is served by its own URL', async () => {
    expect(widget.url).toMatch(/^https:/)
    const fixer = await world.addAgent('fixer', 'forge/acme/widget')
    const tree = await fixer.clone(widget.url)
    const id = await tree.branchWithCommit('agent/fixer/work')
    expect(await world.push(tree, 'origin', 'HEAD')).toMatchObject({ status: 0, audit: [{ result: 'done', refs: { 'refs/heads/agent/fixer/work': 'create accepted' } }] })
    expect((await widget.refs()).get('refs/heads/agent/fixer/work')).toBe(id)
    const checks = await world.doctor()
    expect(checks.filter(({ state }) => state === 'fail')).toEqual([])
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['forge forge', 'read forge/acme/widget', 'push forge/acme/widget']))
  })

  it('whose authority nobody named is never sent the credential', async () => {
    const { gitea, bot, token } = world
    const gateway = await startTestGateway({ forge: { kind: 'gitea', origin: gitea.origin, user: bot.name, password: token }, config: 'repositories:\n  forge/acme/widget: { read: ["*"], push: ["*"] }\n' })
    try {
      const url = gateway.url('acme/widget.git', await gateway.addAgent('fixer', ['forge/acme/widget']))
      const sandbox = await Sandbox.create(await world.makeDirectory('distrustful'), [])
      const refused = await sandbox.tryGit(['ls-remote', url])
      expect(refused.status).toBe(128)
      expect(refused.stderr).toContain('(RW_UPSTREAM_TLS)')
      expect(refused.stderr).toContain('the operator can set ca of the forge to the certificate authority that signed it')
      const failed = (await readDoctor(gateway)).filter(({ state }) => state === 'fail')
      expect(failed.map(({ name }) => name)).toEqual(['forge forge', 'read forge/acme/widget', 'push forge/acme/widget'])
    } finally {
      await gateway.close()
    }
  })
})

it('leaves the token of the forge nowhere', async () => {
  await expectNoCredential(world)
})
