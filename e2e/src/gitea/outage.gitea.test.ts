import type { GiteaRepository } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectNoCredential } from './world/expect-no-credential.ts'
import { GiteaWorld } from './world/gitea-world.ts'
import { createGate } from './world/hook-gate.ts'
import { readPushes } from './world/push-record.ts'
import type { Sandbox, WorkTree } from './world/sandbox.ts'

let world: GiteaWorld
let widget: GiteaRepository
let fixer: Sandbox
let tree: WorkTree

beforeAll(async () => {
  world = await GiteaWorld.create()
  widget = await world.createWidget('widget')
  fixer = await world.addAgent('fixer')
  tree = await fixer.clone(widget.url)
})

afterAll(() => world.close())

describe('a forge that is down', () => {
  it('is told as that to whoever fetches, clones or pushes, and all of it goes as before once it is back', async () => {
    const id = await tree.branchWithCommit('agent/fixer/work')
    await world.gitea.crash()
    const seen = [await world.watch(tree, 'fetch'), await world.watch(tree, 'clone', widget.url, 'more'), await world.push(tree, 'origin', 'HEAD')]
    expect(seen.map(({ status, audit, faults }) => ({ status, audit, faults }))).toEqual(seen.map(() => ({ status: 128, audit: [], faults: ['RW_UPSTREAM_UNREACHABLE'] })))
    for (const { screen } of seen) expect(screen).toContain('forge forge cannot be reached: the connection was refused (ECONNREFUSED) (RW_UPSTREAM_UNREACHABLE)')
    expect((await widget.refs()).has('refs/heads/agent/fixer/work')).toBe(false)
    await world.gitea.resume()
    expect(await world.watch(tree, 'fetch')).toMatchObject({ status: 0, faults: [] })
    expect(await world.push(tree, 'origin', 'HEAD')).toMatchObject({ status: 0, audit: [{ result: 'done' }] })
    expect((await widget.refs()).get('refs/heads/agent/fixer/work')).toBe(id)
  })
})

describe('a forge that goes down in the middle of two pushes', () => {
  it('is asked what became of each as soon as it is back', async () => {
    await tree.branchWithCommit('agent/fixer/taken')
    const [taken, left] = [await createGate(widget.gitDir), await createGate(widget.gitDir)]
    // What receive-pack and its hooks have begun, they end without the server.
    await widget.setHook('pre-receive', `read -r old new ref; case "$ref" in */taken) ${taken.script};; *) ${left.script}; exit 1;; esac`)
    const pushing = ['taken', 'left'].map((name) => tree.tryGit('push', 'origin', `HEAD:refs/heads/agent/fixer/${name}`))
    await Promise.all([taken.reached, left.reached])
    await world.gitea.crash()
    for (const pushed of await Promise.all(pushing)) {
      expect(pushed.status).toBe(1)
      expect(pushed.stderr).toContain('the answer of the forge was lost and its refs cannot be read;')
      expect(pushed.stderr).toContain('(RW_PUSH_OUTCOME_UNKNOWN)')
    }
    await taken.open()
    await left.open()
    await world.gitea.resume()
    await world.gateway.stop()
    await world.gateway.start()
    await expect.poll(lastPushes, { timeout: 30_000, interval: 20 }).toEqual({ 'refs/heads/agent/fixer/taken': 'create accepted', 'refs/heads/agent/fixer/left': 'create refused' })
    const refs = await widget.refs()
    expect([refs.get('refs/heads/agent/fixer/taken'), refs.get('refs/heads/agent/fixer/left')]).toEqual([await tree.id(), undefined])
  })
})

/** What the audit says of the refs of the last two pushes. */
async function lastPushes(): Promise<Readonly<Record<string, string>>> {
  const pushes = readPushes(await world.gateway.audit()).slice(-2)
  return Object.assign({}, ...pushes.map(({ refs }) => refs)) as Record<string, string>
}

it('leaves the token of the forge nowhere', async () => {
  await expectNoCredential(world)
})
