import type { GiteaRepository } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectNoCredential } from './world/expect-no-credential.ts'
import { GiteaWorld } from './world/gitea-world.ts'
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

/** What a listing shows: everything but namespaces of the forge's own, such as `refs/pull`. */
async function visibleRefs(): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries([...(await widget.refs())].filter(([name]) => /^refs\/(?:heads|tags)\//.test(name)))
}

async function tip(branch: string): Promise<string | undefined> {
  return (await widget.refs()).get(`refs/heads/${branch}`)
}

describe('git fetch', () => {
  it('updates refs (matrix row 1)', async () => {
    const news = await world.commitOnForge(widget, 'fetched.md')
    await tree.git('fetch', 'origin')
    expect(await tree.id('origin/main')).toBe(news)
    expect(await tree.git('show', 'origin/main:fetched.md')).toBe('fetched.md')
  })

  it('--tags brings tags, annotated ones as they are (matrix row 2)', async () => {
    await world.onForge(widget, 'POST', '/tags', { tag_name: 'v2', target: 'topic', message: 'second release' })
    await tree.git('fetch', '--tags', 'origin')
    expect(await tree.git('cat-file', '-t', 'v2')).toBe('tag')
    const tags = [...(await widget.refs())].filter(([name]) => name.startsWith('refs/tags/'))
    expect(tags).toHaveLength(3)
    expect(await tree.refs('refs/tags')).toEqual(Object.fromEntries(tags))
  })

  it('--all --tags --prune forgets what is gone on the forge', async () => {
    await world.onForge(widget, 'POST', '/branches', { new_branch_name: 'passing', old_branch_name: 'topic' })
    await tree.git('fetch', '--all')
    expect(await tree.id('origin/passing')).toBe(await tip('topic'))
    await world.onForge(widget, 'DELETE', '/branches/passing')
    await tree.git('fetch', '--all', '--tags', '--prune')
    expect(Object.keys(await tree.refs('refs/remotes/origin')).toSorted()).toEqual(['refs/remotes/origin/HEAD', 'refs/remotes/origin/main', 'refs/remotes/origin/topic'])
  })

  it('of what is not shown finds nothing', async () => {
    await world.onForge(widget, 'POST', '/pulls', { base: 'main', head: 'topic', title: 'merge topic' })
    expect([...(await widget.refs()).keys()]).toContain('refs/pull/1/head')
    expect(await tree.tryGit('fetch', 'origin', 'refs/pull/1/head')).toMatchObject({ status: 128, stderr: expect.stringContaining("couldn't find remote ref refs/pull/1/head") as string })
  })
})

describe('git pull', () => {
  it('merges what is new (matrix row 4)', async () => {
    const news = await world.commitOnForge(widget, 'pulled-1.md')
    await tree.git('pull', 'origin', 'main')
    expect(await tree.id()).toBe(news)
  })

  it('makes a merge where both sides have moved', async () => {
    const mine = await tree.commit('mine-1.txt')
    const theirs = await world.commitOnForge(widget, 'pulled-2.md')
    await tree.git('pull', '--no-rebase', '--no-edit', 'origin', 'main')
    expect(await tree.git('rev-parse', 'HEAD^1', 'HEAD^2')).toBe(`${mine}\n${theirs}`)
    await tree.git('reset', '-q', '--hard', 'origin/main')
  })

  it('--rebase puts own commits on top', async () => {
    await tree.commit('mine-2.txt')
    const theirs = await world.commitOnForge(widget, 'pulled-3.md')
    await tree.git('pull', '--rebase', 'origin', 'main')
    expect(await tree.id('HEAD~1')).toBe(theirs)
    expect(await tree.git('show', '--format=', '--name-only')).toBe('mine-2.txt')
    await tree.git('reset', '-q', '--hard', 'origin/main')
  })

  it('--ff-only moves ahead, and stops where own commits are', async () => {
    const first = await world.commitOnForge(widget, 'pulled-4.md')
    await tree.git('pull', '--ff-only', 'origin', 'main')
    expect(await tree.id()).toBe(first)
    const mine = await tree.commit('mine-3.txt')
    await world.commitOnForge(widget, 'pulled-5.md')
    expect((await tree.tryGit('pull', '--ff-only', 'origin', 'main')).stderr).toContain('Not possible to fast-forward')
    expect(await tree.id()).toBe(mine)
  })
})

describe('git remote update', () => {
  it('updates refs as a fetch does (matrix row 5)', async () => {
    await world.onForge(widget, 'POST', '/branches', { new_branch_name: 'fresh', old_branch_name: 'topic' })
    const news = await world.commitOnForge(widget, 'updated.md')
    await tree.git('remote', 'update')
    expect(await tree.id('origin/main')).toBe(news)
    expect(await tree.id('origin/fresh')).toBe(await tip('fresh'))
  })
})

describe('git ls-remote', () => {
  it.each([0, 1, 2])('lists what is on the disk of the forge, with protocol v%i (matrix row 6)', async (version) => {
    const lines = (await tree.git('-c', `protocol.version=${version}`, 'ls-remote', 'origin')).split('\n').map((line) => line.split('\t').toReversed())
    const listed = Object.fromEntries(lines) as Record<string, string>
    const v1 = await widget.git(['rev-parse', 'v1^{}'])
    expect(listed).toEqual({ HEAD: await tip('main'), 'refs/tags/v1^{}': v1, 'refs/tags/v2^{}': await widget.git(['rev-parse', 'v2^{}']), ...(await visibleRefs()) })
  })

  it.each([
    { name: 'without the suffix', write: (url: string) => url.replace(/\.git$/, '') },
    { name: 'in another case', write: (url: string) => url.replace('acme/widget', 'ACME/Widget') },
    { name: 'as an SSH address', write: (url: string) => url.replace(/^.*\/(?=acme)/, 'git@127.0.0.1:') },
    { name: 'as a URL of SSH', write: (url: string) => url.replace(/^.*\/(?=acme)/, 'ssh://git@127.0.0.1/') },
  ])('finds a repository that is written $name', async ({ write }) => {
    const other = write(widget.url)
    expect(other).not.toBe(widget.url)
    expect(await fixer.git(['ls-remote', other])).toBe(await fixer.git(['ls-remote', widget.url]))
  })

  it('tells the default branch, also once it is another one', async () => {
    expect(await tree.git('ls-remote', '--symref', 'origin', 'HEAD')).toContain('ref: refs/heads/main\tHEAD')
    await widget.git(['symbolic-ref', 'HEAD', 'refs/heads/topic'])
    expect(await tree.git('ls-remote', '--symref', 'origin', 'HEAD')).toContain('ref: refs/heads/topic\tHEAD')
  })
})

it('leaves the token of the forge nowhere', async () => {
  await expectNoCredential(world)
})
