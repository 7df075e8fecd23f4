import { randomBytes } from 'node:crypto'
import { appendFile, copyFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git, tryGit } from '@refward/testing-repositories'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findSecrets, plantedSecret } from '../world/planted.ts'
import { ExecWorld, commitIn } from './world/exec-world.ts'

let world: ExecWorld
let tree: string
let ref: string
let secret: string

beforeAll(async () => {
  world = await ExecWorld.create()
})

beforeEach(async () => {
  tree = await world.clone()
  ref = `refs/heads/agent/fixer/${randomBytes(4).toString('hex')}`
  secret = plantedSecret()
})

afterAll(() => world.close())

/** What a look at the history with plain git shows of the secret. */
async function shownByGit(): Promise<boolean> {
  return findSecrets((await tryGit(['log', '-p', '--all', '--', '.'], { cwd: tree })).stdout, [secret]).length > 0
}

async function expectFound(status = 422, code = 'RW_SECRET_FOUND'): Promise<void> {
  const before = await world.state()
  const answer = await world.push(tree, [`HEAD:${ref}`])
  expect(answer).toMatchObject({ status, body: { success: false, error: { code } } })
  expect(await world.state()).toEqual(before)
  expect(findSecrets(JSON.stringify(answer) + world.gateway.output() + JSON.stringify(await world.gateway.audit()), [secret])).toEqual([])
}

/** A commit with a secret and one on top that takes it out again. */
async function hideInHistory(): Promise<{ readonly dirty: string; readonly clean: string }> {
  const dirty = await commitIn(tree, { 'key.txt': `${secret}\n` })
  await rm(join(tree, 'key.txt'))
  return { dirty, clean: await commitIn(tree, {}) }
}

describe('a repository that shows another history than it has', () => {
  it('a replacement for the commit with the secret', async () => {
    const clean = await commitIn(tree, { 'key.txt': 'nothing\n' })
    await git(['reset', '-q', '--hard', 'HEAD~1'], { cwd: tree })
    const dirty = await commitIn(tree, { 'key.txt': `${secret}\n` })
    await git(['replace', dirty, clean], { cwd: tree })
    expect(await shownByGit()).toBe(false)
    await expectFound()
  })

  it('a replacement for the blob with the secret', async () => {
    await commitIn(tree, { 'key.txt': `${secret}\n` })
    const other = await git(['hash-object', '-w', '--stdin'], { cwd: tree, input: 'nothing\n' })
    await git(['replace', await git(['rev-parse', 'HEAD:key.txt'], { cwd: tree }), other], { cwd: tree })
    expect(await shownByGit()).toBe(false)
    await expectFound()
  })

  it('grafts that leave the commit out', async () => {
    const { clean } = await hideInHistory()
    await writeFile(join(tree, '.git/info/grafts'), `${clean} ${await git(['rev-parse', 'origin/main'], { cwd: tree })}\n`)
    expect(await shownByGit()).toBe(false)
    await expectFound()
  })

  it('a shallow file that ends history at the clean commit', async () => {
    const { clean } = await hideInHistory()
    await writeFile(join(tree, '.git/shallow'), `${clean}\n`)
    expect(await shownByGit()).toBe(false)
    await expectFound()
  })

  it('a commit-graph of another repository in the place of its own', async () => {
    await hideInHistory()
    await git(['commit-graph', 'write', '--reachable'], { cwd: tree })
    const path = join(tree, '.git/objects/info/commit-graph')
    await rm(path)
    await writeFile(path, randomBytes(4096))
    await expectFound()
  })

  it('forged bitmaps', async () => {
    await hideInHistory()
    await git(['repack', '-adbq'], { cwd: tree })
    const packs = join(tree, '.git/objects/pack')
    for (const name of (await readdir(packs)).filter((file) => file.endsWith('.bitmap'))) {
      await rm(join(packs, name))
      await writeFile(join(packs, name), randomBytes(2048))
    }
    await expectFound()
  })

  it('hidden refs, attributes and a diff driver', async () => {
    await commitIn(tree, { 'key.bin': `${secret}\n` })
    await writeFile(join(tree, '.git/info/attributes'), '* -diff binary export-ignore\n')
    await git(['config', 'transfer.hideRefs', 'refs/'], { cwd: tree })
    await git(['config', '--add', 'uploadpack.hideRefs', 'HEAD'], { cwd: tree })
    expect(await shownByGit()).toBe(false)
    await expectFound()
  })

  it('an object whose content is not what its name says', async () => {
    await commitIn(tree, { 'key.txt': 'nothing\n' })
    const id = await git(['rev-parse', 'HEAD:key.txt'], { cwd: tree })
    const other = await git(['hash-object', '-w', '--stdin'], { cwd: tree, input: `${secret}\n` })
    const place = (name: string): string => join(tree, '.git/objects', name.slice(0, 2), name.slice(2))
    await rm(place(id))
    await git(['-C', tree, 'cat-file', '-e', other])
    await copyFile(place(other), place(id))
    await expectFound(400, 'RW_OBJECTS_MISSING')
  })

  it('objects that are not there', async () => {
    await commitIn(tree, { 'gone.txt': `${randomBytes(8).toString('hex')}\n` })
    const id = await git(['rev-parse', 'HEAD:gone.txt'], { cwd: tree })
    await rm(join(tree, '.git/objects', id.slice(0, 2), id.slice(2)))
    await expectFound(400, 'RW_WORKTREE_UNREADABLE')
  })
})

describe('submodules and checkouts', () => {
  const module = (url: string, path = 'inner', name = 'inner'): string => `[submodule "${name}"]\n\tpath = ${path}\n\turl = ${url}\n`

  it.each([
    ['an address that is a command', module('ext::sh -c id'), 'RW_SUBMODULE_DENIED'],
    ['an address that is an option (CVE-2018-17456)', module('-u./payload'), 'RW_PACK_INVALID'],
    ['a name that climbs out (CVE-2018-11235)', module('https://host.invalid/x', 'inner', '../../x'), 'RW_PACK_INVALID'],
    ['a path that is an option', module('https://host.invalid/x', '-inner'), 'RW_PACK_INVALID'],
  ])('%s', async (_, text, code) => {
    await writeFile(join(tree, '.gitmodules'), text)
    await git(['add', '.gitmodules'], { cwd: tree })
    await git(['update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},inner`], { cwd: tree })
    await git(['commit', '-q', '-m', 'a submodule'], { cwd: tree })
    const before = await world.state()
    const answer = await world.push(tree, [`HEAD:${ref}`])
    expect(answer.body).toMatchObject({ success: false, error: { code } })
    expect(await world.state()).toEqual(before)
  })

  it('names that a file system folds into .git', async () => {
    const blob = await git(['hash-object', '-w', '--stdin'], { cwd: tree, input: 'x\n' })
    const inner = await git(['mktree'], { cwd: tree, input: `100644 blob ${blob}\tconfig\n` })
    for (const name of ['.GIT', '.git ', 'git~1']) {
      const top = await git(['mktree'], { cwd: tree, input: `040000 tree ${inner}\t${name}\n` })
      const commit = await git(['commit-tree', top, '-p', 'HEAD', '-m', 'folded'], { cwd: tree })
      const before = await world.state()
      expect((await world.push(tree, [`${commit}:${ref}`])).body).toMatchObject({ success: false, error: { code: 'RW_PACK_INVALID' } })
      expect(await world.state()).toEqual(before)
    }
  })
})

describe('names', () => {
  it.each(['refs/heads/agent/fixer/$(id)', 'refs/heads/agent/fixer/`id`', 'refs/heads/agent/fixer/;id', "refs/heads/agent/fixer/'x'", 'refs/heads/agent/fixer/../../main', 'refs/heads/agent/fixer/x.lock', 'refs/for/main', 'refs/pull/1/head', 'refs/heads/agent/other/x', 'heads/main', '-x'])('%s is no way around', async (name) => {
    await commitIn(tree, { 'x.txt': 'x\n' })
    const before = await world.state()
    const answer = await world.push(tree, [`HEAD:${name}`])
    // What is a name like any other to git is one here; nothing else happens under it.
    const { refs, quarantine } = await world.state()
    expect([...refs.keys()].filter((shown) => !before.refs.has(shown))).toEqual(answer.body.success ? [name] : [])
    expect([...before.refs].filter(([shown, id]) => refs.get(shown) !== id)).toEqual([])
    expect(quarantine).toEqual([])
  })

  it('a work tree whose path is shell text, has spaces and is not ASCII', async () => {
    const odd = join(world.root, `$(touch x) ' "ü\n-`)
    await git(['clone', '-q', tree, odd])
    await appendFile(join(odd, 'README.md'), 'x\n')
    await commitIn(odd, {})
    expect(await world.push(odd, [`HEAD:${ref}`])).toMatchObject({ status: 200 })
    const answer = await world.push(odd, ['nothing'])
    expect(answer).toMatchObject({ status: 400 })
  })
})
