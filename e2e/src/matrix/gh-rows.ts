import { commit, ownBranch } from './git-rows.ts'
import { Mismatch, type MatrixRow, type Plane } from './row.ts'
import type { Scene } from './scene.ts'

const BOTH: readonly Plane[] = ['git', 'exec']

/** Rows 9 and 10: what an agent does with gh. */
export const ghRows: readonly MatrixRow[] = [
  {
    id: '9',
    title: 'gh pr create',
    planes: BOTH,
    run: async (scene) => {
      const branch = await pushBranch(scene, 'nine')
      const { status, stdout, stderr } = await scene.agent('gh', ['pr', 'create', '--title', 'Nine', '--body-file', '-'], 'Made by an agent.\n')
      scene.same(`gh ends well (${stderr.trimEnd()})`, status, 0)
      const pull = await readPull(scene, numberOf(stdout))
      scene.same('the forge has it as it was written', { title: pull.title, body: pull.body.trimEnd(), head: pull.head.ref, base: pull.base.ref }, { title: 'Nine', body: 'Made by an agent.', head: branch, base: 'main' })
    },
  },
  {
    id: '10',
    title: 'gh pr merge',
    planes: BOTH,
    run: async (scene) => {
      await pushBranch(scene, 'ten')
      const { stdout } = await scene.agent('gh', ['pr', 'create', '--title', 'Ten', '--body', 'x'])
      const number = numberOf(stdout)
      const main = (await scene.forge.refs()).get('refs/heads/main')
      const { status, stderr } = await scene.agent('gh', ['pr', 'merge', String(number), '--merge'])
      scene.same('gh does not end well', status, 1)
      scene.has('it says the code', stderr, '(RW_FORGE_DENIED)')
      scene.same('it is open still', (await readPull(scene, number)).state, 'open')
      scene.same('main is as it was', (await scene.forge.refs()).get('refs/heads/main'), main)
    },
  },
]

interface ForgePull {
  readonly title: string
  readonly body: string
  readonly state: string
  readonly head: { readonly ref: string }
  readonly base: { readonly ref: string }
}

async function pushBranch(scene: Scene, name: string): Promise<string> {
  const branch = ownBranch(scene, name)
  await scene.look('switch', '-q', '-c', branch)
  await commit(scene, `${name}.txt`)
  scene.same('its branch is pushed', (await scene.agent('git', ['push', '-q', 'origin', branch])).status, 0)
  return branch
}

async function readPull({ world, forge }: Scene, number: number): Promise<ForgePull> {
  return (await world.gitea.gitea.api.call({ method: 'GET', path: `/repos/${forge.owner}/${forge.name}/pulls/${number}` })) as ForgePull
}

/** gh prints the address of what it made. */
function numberOf(stdout: string): number {
  const [, number] = /\/pulls?\/(\d+)\s*$/.exec(stdout) ?? []
  if (number === undefined) throw new Mismatch(`there is no address of a pull request in ${JSON.stringify(stdout)}`)
  return Number(number)
}
