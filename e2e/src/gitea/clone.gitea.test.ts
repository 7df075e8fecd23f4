import type { GiteaRepository } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectNoCredential } from './world/expect-no-credential.ts'
import { GiteaWorld } from './world/gitea-world.ts'
import type { Sandbox, WorkTree } from './world/sandbox.ts'

let world: GiteaWorld
let fixer: Sandbox

beforeAll(async () => {
  world = await GiteaWorld.create()
  fixer = await world.addAgent('fixer')
})

afterAll(() => world.close())

/** A file of the widget, at its newest. */
const WIDGET = 'export const widget = 2'

interface Row {
  readonly name: string
  readonly options: readonly string[]
  readonly check: (tree: WorkTree, repository: GiteaRepository) => Promise<void>
}

async function expectEverything(tree: WorkTree, repository: GiteaRepository): Promise<void> {
  const [branches, tags] = await Promise.all([tree.refs('refs/remotes/origin'), tree.refs('refs/tags')])
  const shown = Object.entries({ ...branches, ...tags }).map(([name, id]) => [name.replace('refs/remotes/origin/', 'refs/heads/'), id] as const)
  expect(new Map(shown.filter(([name]) => name !== 'refs/heads/HEAD'))).toEqual(await repository.refs())
  expect(await tree.git('show', 'HEAD:src/widget.ts')).toBe(WIDGET)
  expect(await tree.git('fsck', '--strict')).toBe('')
}

const rows: readonly Row[] = [
  { name: 'everything with protocol v0', options: ['-c', 'protocol.version=0'], check: expectEverything },
  { name: 'everything with protocol v1', options: ['-c', 'protocol.version=1'], check: expectEverything },
  { name: 'everything with protocol v2', options: ['-c', 'protocol.version=2'], check: expectEverything },
  {
    name: 'the newest commit with --depth, and the rest later',
    options: ['--depth', '1'],
    check: async (tree) => {
      expect(await tree.git('rev-list', '--count', 'HEAD')).toBe('1')
      await tree.git('fetch', '--deepen', '1')
      expect(await tree.git('rev-list', '--count', 'HEAD')).toBe('2')
      await tree.git('fetch', '--unshallow')
      expect(await tree.git('rev-list', '--count', 'HEAD')).toBe('3')
      expect(await tree.git('rev-parse', '--is-shallow-repository')).toBe('false')
    },
  },
  {
    name: 'what is young enough with --shallow-since',
    // The widget's three commits are a second apart.
    options: ['--shallow-since', '@1700000001 +0000'],
    check: async (tree) => expect(await tree.git('rev-list', '--count', 'HEAD')).toBe('2'),
  },
  {
    name: 'no file with --filter=blob:none, and each when it is looked at',
    options: ['--filter=blob:none', '--no-checkout'],
    check: async (tree) => {
      const missing = async (): Promise<number> => (await tree.git('rev-list', '--objects', '--missing=print', 'HEAD')).split('\n').filter((line) => line.startsWith('?')).length
      expect(await missing()).toBe(3)
      await tree.git('checkout', '-q', 'main')
      expect(await missing()).toBe(1)
      expect(await tree.git('show', 'HEAD~1:src/widget.ts')).toBe('export const widget = 1')
      expect(await missing()).toBe(0)
    },
  },
  {
    name: 'one branch with --single-branch',
    options: ['--single-branch', '--branch', 'topic', '--no-tags'],
    check: async (tree, repository) => {
      expect(await tree.refs('refs')).toEqual({ 'refs/heads/topic': (await repository.refs()).get('refs/heads/topic'), 'refs/remotes/origin/topic': expect.anything() as string })
      expect(await tree.git('rev-list', '--count', 'HEAD')).toBe('2')
    },
  },
  {
    name: 'every ref with --mirror',
    options: ['--mirror'],
    check: async (tree, repository) => {
      expect(new Map(Object.entries(await tree.refs('refs')))).toEqual(await repository.refs())
      expect(await tree.git('fsck', '--strict')).toBe('')
    },
  },
]

describe('git clone brings', () => {
  it.each(rows)('$name, the first time and from the mirror', async ({ name, options, check }) => {
    const repository = await world.createWidget(`r${rows.findIndex((row) => row.name === name)}`)
    await check(await fixer.clone(repository.url, ...options), repository)
    await check(await fixer.clone(repository.url, ...options), repository)
  })
})

describe('git clone --recurse-submodules', () => {
  /** A repository with submodules at these addresses. */
  async function createNest(name: string, submodules: Readonly<Record<string, string>>, id: string): Promise<GiteaRepository> {
    const nest = await world.createWidget(name)
    const desk = await world.makeDirectory('desk')
    const inDesk = (...args: readonly string[]): Promise<string> => world.gitAsOwner(['-C', desk, ...args])
    await inDesk('clone', '-q', nest.url, '.')
    for (const [path, url] of Object.entries(submodules)) {
      await inDesk('config', '--file', '.gitmodules', `submodule.${path}.path`, path)
      await inDesk('config', '--file', '.gitmodules', `submodule.${path}.url`, url)
      await inDesk('update-index', '--add', '--cacheinfo', `160000,${id},${path}`)
    }
    await inDesk('add', '.gitmodules')
    await inDesk('commit', '-q', '-m', 'nest')
    await inDesk('push', '-q', 'origin', 'main')
    return nest
  }

  it('brings repositories that the agent was granted, by absolute and by relative address', async () => {
    const egg = await world.createWidget('egg')
    const id = (await egg.refs()).get('refs/heads/main') ?? ''
    const nest = await createNest('nest', { far: egg.url, near: '../egg.git' }, id)
    const tree = await fixer.clone(nest.url, '--recurse-submodules')
    expect(await tree.git('submodule', 'status')).toBe(` ${id} far (v1)\n ${id} near (v1)`)
    expect(await tree.git('-C', 'near', 'show', 'HEAD:src/widget.ts')).toBe(WIDGET)
  })

  it('does not bring one that it was not granted, although the gateway could', async () => {
    const egg = await world.createEmpty('quail', { owner: world.bot.name, hasCommit: true })
    const nest = await createNest('cuckoo', { far: egg.url }, (await egg.refs()).get('refs/heads/main') ?? '')
    const refused = await fixer.tryGit(['clone', '-q', '--recurse-submodules', nest.url, 'cuckoo'])
    expect(refused.status).not.toBe(0)
    expect(refused.stderr).toContain('RW_REPOSITORY_NOT_VISIBLE')
  })
})

it('leaves the token of the forge nowhere', async () => {
  await expectNoCredential(world)
})
