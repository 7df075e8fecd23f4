import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ExecWorld, commitIn } from './world/exec-world.ts'

let world: ExecWorld

beforeAll(async () => {
  world = await ExecWorld.create()
})

afterAll(() => world.close())

// The look at the second one failed while nobody waited for it any more, which ended the gateway for everybody.
test.each(['objects', 'refs', 'info'])('with links that lead out in many directories of %s at once is refused, and the gateway goes on', async (name) => {
  const tree = await world.clone()
  await commitIn(tree, { 'x.txt': 'x' })
  for (let index = 0; index < 40; index += 1) {
    const directory = join(tree, '.git', name, `d${index}`)
    await mkdir(directory, { recursive: true })
    await symlink('/etc/passwd', join(directory, 'link'))
    await symlink('/etc/passwd', join(tree, '.git', name, `link-${index}`))
  }
  for (let round = 0; round < 5; round += 1) {
    expect(await world.push(tree, ['HEAD:refs/heads/agent/fixer/x'])).toMatchObject({ status: 403, body: { error: { code: 'RW_WORKTREE_LEADS_OUT' } } })
  }
  const plain = await world.clone()
  await commitIn(plain, { 'x.txt': name })
  expect(await world.push(plain, [`HEAD:refs/heads/agent/fixer/${name}`])).toMatchObject({ status: 200 })
})
