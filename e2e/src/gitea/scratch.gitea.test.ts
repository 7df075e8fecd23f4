import { afterAll, beforeAll, it } from 'vitest'
import { GiteaWorld } from './world/gitea-world.ts'
let world: GiteaWorld
beforeAll(async () => {
  const t = performance.now()
  world = await GiteaWorld.create({ config: 'repositories:\n  forge/acme/*: { read: ["*"], push: ["*"] }\n' })
  console.log('world', performance.now() - t)
})
afterAll(() => world.close())
it('explores', async () => {
  const t = performance.now()
  const widget = await world.createWidget('widget')
  console.log('widget', performance.now() - t)
  const fixer = await world.addAgent('fixer')
  console.log('agent', performance.now() - t)
  console.log(await fixer.git('config', '--list'))
  const tree = await fixer.clone(widget.url)
  console.log('clone', performance.now() - t)
  await tree.branchWithCommit('agent/fixer/one')
  console.log(await tree.tryGit('push', 'origin', 'HEAD'))
  console.log('push', performance.now() - t)
  console.log(await world.audited(() => tree.tryGit('push', 'origin', 'HEAD:main')))
  console.log(await world.audited(() => tree.tryGit('push', 'origin', 'HEAD:agent/fixer/two')))
  console.log(await world.audited(() => tree.tryGit('fetch')))
  console.log(await world.doctor().catch(e => e))
  console.log((await fixer.screen).join('\n'))
  console.log(world.gateway.output())
})
