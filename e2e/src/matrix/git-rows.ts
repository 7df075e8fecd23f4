import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MatrixRow, Plane } from './row.ts'
import type { Scene } from './scene.ts'

const BOTH: readonly Plane[] = ['git', 'exec']

/** Rows 1 to 8 and S3: what an agent does with git. */
export const gitRows: readonly MatrixRow[] = [
  {
    id: '1',
    title: 'git fetch origin',
    planes: BOTH,
    run: async (scene) => {
      const tip = await moveMain(scene)
      scene.same('git ends well', (await scene.agent('git', ['fetch', 'origin'])).status, 0)
      scene.same('origin/main is what the forge has', await scene.look('rev-parse', 'origin/main'), tip)
    },
  },
  {
    id: '2',
    title: 'git fetch --tags origin',
    planes: BOTH,
    run: async (scene) => {
      const name = `${scene.plane}-tag`
      await scene.world.gitea.onForge(scene.forge, 'POST', '/tags', { tag_name: name, target: 'main', message: 'a tag' })
      scene.same('git ends well', (await scene.agent('git', ['fetch', '--tags', 'origin'])).status, 0)
      scene.same('the new tag is here', await scene.look('rev-parse', `refs/tags/${name}`), (await scene.forge.refs()).get(`refs/tags/${name}`))
    },
  },
  {
    id: '3',
    title: 'git fetch --upload-pack=evil origin',
    planes: BOTH,
    run: async (scene) => {
      await moveMain(scene)
      const [mark, before] = [join(scene.place.home, 'evil'), await scene.look('for-each-ref')]
      const { status, stderr } = await scene.agent('git', ['fetch', `--upload-pack=touch '${mark}';`, 'origin'])
      scene.same('git ends as for a command that cannot be done', status, 128)
      scene.has('it says why', stderr, '--upload-pack is denied')
      scene.has('it says the code', stderr, '(RW_ARGUMENT_DENIED)')
      scene.holds('nothing of it has run', await isAbsent(mark), `${mark} was made`)
      scene.same('no ref has moved here', await scene.look('for-each-ref'), before)
    },
  },
  ...(['--ff-only', '--no-rebase', '--rebase'] as const).map(
    (how): MatrixRow => ({
      id: `4 ${how}`,
      title: `git pull ${how} origin main`,
      planes: BOTH,
      run: async (scene) => {
        const tip = await moveMain(scene)
        if (how !== '--ff-only') await commit(scene, 'mine.txt')
        const { status } = await scene.agent('git', ['pull', how, ...(how === '--no-rebase' ? ['--no-edit'] : []), 'origin', 'main'])
        scene.same('git ends well', status, 0)
        scene.same('it stands on what the forge has', await scene.look('merge-base', 'HEAD', tip), tip)
        const parents = (await scene.look('log', '-1', '--format=%P')).split(' ').length
        scene.same('it was merged as it was asked for', parents, how === '--no-rebase' ? 2 : 1)
      },
    }),
  ),
  {
    id: '4',
    title: 'git pull origin main',
    planes: BOTH,
    run: async (scene) => {
      await scene.look('config', 'pull.rebase', 'true')
      const tip = await moveMain(scene)
      await commit(scene, 'mine.txt')
      scene.same('git ends well', (await scene.agent('git', ['pull', 'origin', 'main'])).status, 0)
      scene.same('its own commit was put on top, as its configuration says', await scene.look('rev-parse', 'HEAD~1'), tip)
    },
  },
  {
    id: '5',
    title: 'git remote update',
    planes: BOTH,
    run: async (scene) => {
      const tip = await moveMain(scene)
      scene.same('git ends well', (await scene.agent('git', ['remote', 'update'])).status, 0)
      scene.same('origin/main is what the forge has', await scene.look('rev-parse', 'origin/main'), tip)
    },
  },
  {
    id: '6',
    title: 'git ls-remote origin',
    planes: BOTH,
    run: async (scene) => {
      await moveMain(scene)
      const { status, stdout } = await scene.agent('git', ['ls-remote', '--heads', '--tags', '--refs', 'origin'])
      scene.same('git ends well', status, 0)
      const shown = stdout.trimEnd().split('\n').map((line) => line.split('\t').toReversed().join(' '))
      const there = [...(await scene.forge.refs())].filter(([name]) => /^refs\/(?:heads|tags)\//.test(name)).map((pair) => pair.join(' '))
      scene.same('all branches and tags of the forge are listed', shown.toSorted(), there.toSorted())
    },
  },
  {
    id: '7',
    title: 'git push origin <own branch>',
    planes: BOTH,
    run: async (scene) => {
      const branch = ownBranch(scene, 'seven')
      await scene.look('switch', '-q', '-c', branch)
      const id = await commit(scene, 'seven.txt')
      scene.same('git ends well', (await scene.agent('git', ['push', 'origin', branch])).status, 0)
      scene.same('the forge has it', (await scene.forge.refs()).get(`refs/heads/${branch}`), id)
      scene.same('the clone knows', await scene.look('rev-parse', `refs/remotes/origin/${branch}`), id)
    },
  },
  {
    id: '8',
    title: 'git push origin main',
    planes: BOTH,
    run: async (scene) => {
      await commit(scene, 'eight.txt')
      const { status, stderr } = await scene.agent('git', ['push', 'origin', 'main'])
      scene.same('git ends as for a push that was refused', status, 1)
      scene.has('it says why', stderr, 'refs/heads/main is protected (RW_REF_PROTECTED)')
      scene.has('it says what to do', stderr, `git push origin HEAD:${ownBranch(scene, 'main')}`)
      scene.has('git says which ref', stderr, '! [remote rejected] main -> main (RW_REF_PROTECTED)')
      await scene.untouched()
    },
  },
  {
    id: 'S3',
    title: 'git fetch -c protocol.file.allow=always origin',
    planes: BOTH,
    run: async (scene) => {
      for (const args of [['fetch', '-c', 'protocol.file.allow=always', 'origin'], ['-c', 'protocol.file.allow=always', 'fetch', 'origin']]) {
        const { status, stderr } = await scene.agent('git', args)
        scene.holds('git does not end well', status === 128 || status === 129, `it ended with ${status}`)
        scene.has('it says the code', stderr, '(RW_ARGUMENT_DENIED)')
      }
    },
  },
]

/** Somebody else changes `main` on the forge. @returns its new tip. */
async function moveMain({ world, plane }: Scene): Promise<string> {
  return world.gitea.commitOnForge(world.widget, `${plane}-${world.nextNumber()}.txt`)
}

export async function commit(scene: Scene, file: string): Promise<string> {
  await writeFile(join(scene.tree, file), `${file}\n`)
  await scene.look('add', file)
  await scene.look('commit', '-q', '-m', `write ${file}`)
  return scene.look('rev-parse', 'HEAD')
}

export function ownBranch({ place }: Scene, name: string): string {
  return `agent/${place.agent}/${name}`
}

function isAbsent(path: string): Promise<boolean> {
  return access(path).then(() => false, () => true)
}
