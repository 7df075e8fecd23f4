import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type GitOptions, git } from '@refward/testing-repositories'
import type { Place } from '../row.ts'

/** Repositories for the rows, each time in the same state and at the same place, so that nothing that git writes or says differs by a path. */
export interface CommandWorld {
  /** Where it is; anything there is replaced by `reset`. */
  readonly stage: string
  /** Makes the state of the beginning: the forge's repositories and this place, which it returns. */
  reset(place: Place): Promise<string>
  /** What git needs in its environment: the addresses of the rows lead to repositories of the stage. */
  readonly environment: Readonly<Record<string, string>>
}

const copy = promisify(execFile)
const FORGE = 'https://git.example.org/'

/**
 * Below `root`: a template, made once, and the stage. The stage has `acme/{widget,backup,part,super}.git`, which stand for a forge's repositories, and
 * `work` (behind its upstream, with branches of its own), `diverged`, `shallow` (one commit of history) and `super` (with a submodule that is not yet there).
 */
export async function buildCommandWorld(root: string, stageName = 'stage'): Promise<CommandWorld> {
  const template = join(root, `${stageName}-template`)
  const stage = join(root, stageName)
  await mkdir(template, { recursive: true })
  const build = await createBuilder(template)
  await build.forge()
  await build.clones()
  await build.moveOn()
  const configFile = join(root, `${stageName}.gitconfig`)
  await writeFile(configFile, renderConfig(stage))
  return {
    stage,
    environment: environmentOf(configFile),
    reset: async (place) => {
      await rm(stage, { recursive: true, force: true })
      await mkdir(stage)
      const names = place === 'nowhere' ? ['acme'] : ['acme', place]
      // Several times faster than Node's own.
      await copy('cp', ['-a', ...names.map((name) => join(template, name)), stage])
      return place === 'nowhere' ? stage : join(stage, place)
    },
  }
}

function renderConfig(place: string): string {
  const url = `[url "file://${place}/"]\n${[FORGE, 'ssh://git@git.example.org/', 'git@git.example.org:'].map((prefix) => `\tinsteadOf = ${prefix}\n`).join('')}`
  // No hints, no background work, no samples of hooks: less to copy and to wait for.
  return `${url}[protocol "file"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[init]\n\ttemplateDir =\n\tdefaultBranch = main\n`
}

function environmentOf(configFile: string): Readonly<Record<string, string>> {
  return { GIT_CONFIG_GLOBAL: configFile, GIT_EDITOR: ':', GIT_PAGER: 'cat' }
}

interface Builder {
  forge(): Promise<void>
  clones(): Promise<void>
  moveOn(): Promise<void>
}

async function createBuilder(template: string): Promise<Builder> {
  const configFile = `${template}.gitconfig`
  await writeFile(configFile, renderConfig(template))
  let second = 1_700_000_000
  const run = (directory: string, line: string, options: GitOptions = {}): Promise<string> => {
    second += 60
    const date = `${second} +0000`
    const env = { ...environmentOf(configFile), GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
    return git(line.split(' '), { ...options, cwd: join(template, directory), env })
  }
  const lines = async (directory: string, all: readonly string[]): Promise<void> => {
    for (const line of all) await run(directory, line)
  }
  const commit = async (directory: string, file: string, text: string): Promise<void> => {
    await writeFile(join(template, directory, file), text)
    await lines(directory, [`add ${file}`, `commit -q -m change-${file}`])
  }
  return {
    forge: async () => {
      for (const name of ['widget', 'backup', 'part', 'super']) {
        await run('', `init -q --bare acme/${name}.git`)
        await lines(`acme/${name}.git`, ['config uploadpack.allowFilter true', 'config uploadpack.allowAnySHA1InWant true'])
      }
      await run('', `clone -q ${FORGE}acme/widget.git seed`)
      await commit('seed', 'README', 'one\n')
      await lines('seed', ['tag v1-light', 'branch old', 'branch shared'])
      await commit('seed', 'widget.txt', 'a\nb\nc\n')
      await lines('seed', ['tag -a -m first v1', 'branch gone', 'branch release/1', 'checkout -q -b topic'])
      await commit('seed', 'topic.txt', 'topic\n')
      await lines('seed', ['checkout -q main', 'push -q --all origin', 'push -q --tags origin', `push -q ${FORGE}acme/backup.git main main:backup-only`])
      await run('', `clone -q ${FORGE}acme/part.git part`)
      await commit('part', 'part.txt', 'part one\n')
      await run('part', 'push -q origin main')
      await run('', `clone -q ${FORGE}acme/super.git seed-super`)
      await lines('seed-super', [`submodule --quiet add ${FORGE}acme/part.git lib`, 'commit -q -m submodule', 'push -q origin main'])
      await commit('part', 'part.txt', 'part two\n')
      await run('part', 'push -q origin main')
    },
    clones: async () => {
      await lines('', [`clone -q ${FORGE}acme/widget.git work`, `clone -q --depth=1 ${FORGE}acme/widget.git shallow`, `clone -q ${FORGE}acme/super.git super`])
      await run('', `clone -q ${FORGE}acme/widget.git diverged`)
      await lines('work', [`remote add backup ${FORGE}acme/backup.git`, 'branch -q topic origin/topic', 'branch -q shared origin/shared', 'branch --set-upstream-to=origin/topic topic'])
      await git(['config', 'remotes.both', 'origin backup'], { cwd: join(template, 'work'), env: environmentOf(configFile) })
      await lines('work', ['checkout -q -b feature'])
      await commit('work', 'feature.txt', 'feature\n')
      await lines('work', ['tag -a -m local local-tag', 'checkout -q topic', 'commit -q --amend -m rewritten', 'checkout -q shared', 'merge -q main', 'checkout -q main'])
      await commit('diverged', 'widget.txt', 'a\nb\nlocal\n')
    },
    moveOn: async () => {
      await commit('seed', 'README', 'two\n')
      await commit('seed', 'new.txt', 'new\n')
      await lines('seed', ['tag -a -m second v2', 'push -q --follow-tags origin main', 'push -q origin :gone'])
      for (const name of ['seed', 'seed-super', 'part']) await rm(join(template, name), { recursive: true })
      // Every row copies all of this: one pack and one file of refs are quicker than many small files.
      for (const name of ['acme/widget.git', 'acme/backup.git', 'acme/part.git', 'acme/super.git', 'work', 'diverged', 'shallow', 'super']) {
        await lines(name, ['repack -a -d -q', 'pack-refs --all'])
      }
    },
  }
}
