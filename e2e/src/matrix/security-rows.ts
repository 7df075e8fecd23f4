import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { callExec } from '../exec/world/exec-world.ts'
import { createGate } from '../gitea/world/hook-gate.ts'
import { filesWith, processesOf, processesWith } from '../kill/leftovers.ts'
import { commit, ownBranch } from './git-rows.ts'
import type { MatrixRow } from './row.ts'
import type { Scene } from './scene.ts'

/** Rows S1, S2 and S4. The first two are about paths, which only the exec plane is given. */
export const securityRows: readonly MatrixRow[] = [
  {
    id: 'S1',
    title: 'exec plane, {"repo_path": "/etc/passwd"}',
    planes: ['exec'],
    run: async (scene) => {
      for (const path of ['/etc/passwd', '/etc', `${scene.tree}/../../..`]) await refused(scene, path)
      await scene.untouched()
    },
  },
  {
    id: 'S2',
    title: 'exec plane, a symlink that points outside',
    planes: ['exec'],
    run: async (scene) => {
      // A tree of another agent, and one that nobody shares.
      const outside = await scene.world.places.git.clone(scene.forge.url)
      const [whole, parent] = [join(scene.place.home, `link-${scene.world.nextNumber()}`), join(scene.place.home, `up-${scene.world.nextNumber()}`)]
      await symlink(outside, whole)
      await symlink(join(outside, '..'), parent)
      for (const path of [whole, join(parent, outside.slice(outside.lastIndexOf('/') + 1))]) await refused(scene, path)
      await scene.untouched()
    },
  },
  {
    id: 'S4',
    title: 'gateway killed (SIGKILL) in the middle of a push',
    planes: ['git', 'exec'],
    run: async (scene) => {
      const { world, place, forge } = scene
      const { gateway, gitea } = world
      const branch = ownBranch(scene, 'killed')
      await scene.look('switch', '-q', '-c', branch)
      await commit(scene, 'killed.txt')
      const gate = await createGate(forge.gitDir)
      await forge.setHook('pre-receive', gate.script)
      const pushing = scene.agent('git', ['push', 'origin', branch])
      await gate.reached
      await gateway.kill()
      try {
        const { status } = await pushing
        scene.holds('git does not take it for a success', status !== 0, 'it ended with 0')
        await forge.setHook('pre-receive', 'true')
        scene.same('no process has the credential', await processesWith(gitea.token), [])
        scene.same('no process of the gateway is left', await processesOf(gateway.directory), [])
        for (const directory of [gateway.directory, place.home]) scene.same(`no file beneath ${directory === place.home ? "the agent's home" : "the gateway's directory"} has it`, await filesWith(directory, gitea.token), [])
        scene.holds('no socket answers', await gateway.control('GET', '/v1/status').then(() => false, () => true), 'the control socket does')
      } finally {
        await gate.open()
        await world.startGateway()
      }
    },
  },
]

async function refused(scene: Scene, path: string): Promise<void> {
  const { status, body } = await callExec(scene.world.gateway.origin, scene.place.token, 'push', { repo_path: path, refspecs: ['HEAD'] })
  scene.note({ run: `POST /api/v1/git/push {"repo_path": ${JSON.stringify(path)}, "refspecs": ["HEAD"]}`, status, output: JSON.stringify(body) })
  scene.same('it is forbidden', status, 403)
  scene.same('it says why', body.error?.code, 'RW_WORKTREE_OUTSIDE')
}
