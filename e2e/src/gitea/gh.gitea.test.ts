import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GiteaRepository } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findSecrets } from '../world/planted.ts'
import { GhClient, readDeeds } from './world/gh-client.ts'
import { GiteaWorld } from './world/gitea-world.ts'

let world: GiteaWorld
let repository: GiteaRepository
let fixer: GhClient
let other: GhClient

const REPO = 'forge/acme/widget'
const OWN = 'agent/fixer/topic'

beforeAll(async () => {
  world = await GiteaWorld.create({ botScopes: ['write:repository', 'write:issue'] })
  repository = await world.createWidget('widget')
  fixer = await addGh('fixer')
  other = await addGh('other')
  const clone = await world.makeDirectory('owner')
  await world.gitAsOwner(['clone', '-q', repository.url, clone])
  for (const branch of [OWN, 'agent/fixer/second', 'agent/other/topic']) {
    const file = `${branch.replaceAll('/', '-')}.txt`
    await writeFile(join(clone, file), `${file}\n`)
    for (const args of [['switch', '-q', '-c', branch, 'origin/main'], ['add', file], ['commit', '-q', '-m', `write ${file}`], ['push', '-q', 'origin', branch]]) await world.gitAsOwner(['-C', clone, ...args])
  }
  // Gitea learns from its own hook, a moment later, that the repository is not empty any more.
  await vi.waitUntil(async () => !((await world.gitea.api.call({ method: 'GET', path: '/repos/acme/widget' })) as { readonly empty: boolean }).empty, { timeout: 20_000 })
}, 60_000)

afterAll(() => world.close())

async function addGh(agent: string): Promise<GhClient> {
  return new GhClient(world.gateway, await world.gateway.addAgent(agent, [REPO]), { repo: REPO, branch: `agent/${agent}/topic` })
}

interface ForgePull {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly state: string
  readonly merged: boolean
  readonly draft: boolean
  readonly base: { readonly ref: string }
  readonly head: { readonly ref: string }
}

async function pullOnForge(number: number): Promise<ForgePull> {
  return (await world.gitea.api.call({ method: 'GET', path: `/repos/acme/widget/pulls/${number}` })) as ForgePull
}

async function countOnForge(): Promise<number> {
  return ((await world.gitea.api.call({ method: 'GET', path: '/repos/acme/widget/issues?state=all&type=all&limit=50' })) as readonly unknown[]).length
}

async function commentsOnForge(number: number): Promise<readonly string[]> {
  const comments = (await world.gitea.api.call({ method: 'GET', path: `/repos/acme/widget/issues/${number}/comments` })) as readonly { readonly body: string }[]
  return comments.map(({ body }) => body)
}

describe('gh on a real Gitea', () => {
  it('opens a pull request from the branch that is checked out, and shows its address alone', async () => {
    const seen = await fixer.gh(['pr', 'create', '--title', 'mend the widget', '--body', 'It was broken.'])
    expect(seen).toMatchObject({ status: 200, exitCode: 0, stderr: '' })
    expect(seen.stdout).toBe(`${world.gitea.origin}/acme/widget/pulls/1\n`)
    expect(await pullOnForge(1)).toMatchObject({ title: 'mend the widget', body: 'It was broken.', state: 'open', base: { ref: 'main' }, head: { ref: OWN } })
    expect(readDeeds(await world.gateway.audit())).toEqual(['permit pull.create done'])
  })

  it('takes the text from the standard input, whatever shell text is in it', async () => {
    const body = '# what\n\n- `$(rm -rf /)`\n- "quotes" and \'quotes\'\n\n```sh\necho hi\n```\n'
    const seen = await fixer.gh(['pr', 'create', '-t', 'second', '-F', '-', '-B', 'main', '-H', 'agent/fixer/second', '--draft'], { stdin: body })
    expect(seen).toMatchObject({ exitCode: 0 })
    expect(await pullOnForge(2)).toMatchObject({ title: 'WIP: second', body, draft: true })
  })

  it('lists for programs, for people and as JSON', async () => {
    const plain = await fixer.gh(['pr', 'list'])
    expect(plain.stdout).toMatch(/^2\tWIP: second\tagent\/fixer\/second\tDRAFT\t\d{4}-.*\n1\tmend the widget\tagent\/fixer\/topic\tOPEN\t.*\n$/)
    expect((await fixer.gh(['pr', 'list', '--head', OWN, '--json', 'number,title,headRefName,state,author'])).stdout).toBe(
      '[{"author":{"login":"refward"},"headRefName":"agent/fixer/topic","number":1,"state":"OPEN","title":"mend the widget"}]\n',
    )
    expect((await fixer.gh(['pr', 'list', '--json', 'number,title', '-q', String.raw`.[] | "\(.number) \(.title)"`])).stdout).toBe('2 WIP: second\n1 mend the widget\n')
    expect((await fixer.gh(['pr', 'list'], { tty: true })).stdout).toContain('Showing 2 open pull requests in acme/widget')
    expect(await fixer.gh(['pr', 'list', '--state', 'merged'])).toMatchObject({ exitCode: 0, stdout: '' })
  })

  it('shows one by number, by branch, by address, and that of the current branch', async () => {
    const shown = await fixer.gh(['pr', 'view', '1'])
    expect(shown.stdout).toContain('title:\tmend the widget\nstate:\tOPEN\nauthor:\trefward\n')
    expect(shown.stdout).toContain('\n--\nIt was broken.\n')
    for (const args of [['pr', 'view'], ['pr', 'view', OWN], ['pr', 'view', '#1'], ['pr', 'view', `${world.gitea.origin}/acme/widget/pulls/1`]]) {
      expect((await fixer.gh(args)).stdout).toBe(shown.stdout)
    }
  })

  it('shows the diff, the checks and the status', async () => {
    expect((await fixer.gh(['pr', 'diff', '1'])).stdout).toContain('+agent-fixer-topic.txt')
    expect((await fixer.gh(['pr', 'diff', '1', '--name-only'])).stdout).toBe('agent-fixer-topic.txt\n')
    expect(await fixer.gh(['pr', 'checks', '1'])).toMatchObject({ exitCode: 1, stderr: `no checks reported on the '${OWN}' branch\n` })
    const { stdout: headId } = await fixer.gh(['pr', 'view', '1', '--json', 'headRefOid'])
    const { headRefOid } = JSON.parse(headId) as { readonly headRefOid: string }
    await world.onForge(repository, 'POST', `/statuses/${headRefOid}`, { context: 'build', state: 'pending', description: 'at it', target_url: 'https://ci.example.org/1' })
    expect(await fixer.gh(['pr', 'checks', '1'])).toMatchObject({ exitCode: 8, stdout: expect.stringMatching(/^build\tpending\t/) as string })
    await world.onForge(repository, 'POST', `/statuses/${headRefOid}`, { context: 'build', state: 'success', description: 'done', target_url: 'https://ci.example.org/1' })
    expect(await fixer.gh(['pr', 'checks', '1'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^build\tpass\t/) as string })
    expect((await fixer.gh(['pr', 'status'])).stdout).toContain(`Current branch\n  #1  mend the widget [${OWN}]`)
  })

  it('comments, reviews, edits, makes ready, closes and opens again', async () => {
    expect((await fixer.gh(['pr', 'comment', '1', '--body', 'hello'])).stdout).toMatch(/\/acme\/widget\/pulls\/1#issuecomment-\d+\n$/)
    expect(await commentsOnForge(1)).toEqual(['hello'])
    expect(await fixer.gh(['pr', 'review', '1', '--comment', '--body', 'I looked'])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
    expect((await fixer.gh(['pr', 'edit', '1', '--title', 'mend it well'])).stdout).toBe(`${world.gitea.origin}/acme/widget/pulls/1\n`)
    expect(await pullOnForge(1)).toMatchObject({ title: 'mend it well', body: 'It was broken.' })
    expect((await fixer.gh(['pr', 'ready', '2'])).stderr).toBe('✓ Pull request acme/widget#2 is marked as "ready for review"\n')
    expect(await pullOnForge(2)).toMatchObject({ title: 'second', draft: false })
    expect((await fixer.gh(['pr', 'close', '2', '-c', 'not needed'])).stderr).toBe('✓ Closed pull request acme/widget#2 (second)\n')
    expect(await pullOnForge(2)).toMatchObject({ state: 'closed' })
    expect(await commentsOnForge(2)).toContain('not needed')
    expect((await fixer.gh(['pr', 'reopen', 'agent/fixer/second'])).stderr).toBe('✓ Reopened pull request acme/widget#2 (second)\n')
    const { stdout } = await fixer.gh(['pr', 'view', '1', '--json', 'comments,reviews'])
    expect(JSON.parse(stdout)).toMatchObject({ comments: [{ body: 'hello' }], reviews: [{ state: 'COMMENTED', body: 'I looked' }] })
  })

  it('opens, shows, edits, comments and closes issues', async () => {
    const seen = await fixer.gh(['issue', 'create', '--title', 'it squeaks', '--body', 'when it turns'])
    expect(seen.stdout).toMatch(/\/acme\/widget\/issues\/3\n$/)
    expect((await fixer.gh(['issue', 'list'])).stdout).toMatch(/^3\tOPEN\tit squeaks\t\t\d{4}-/)
    expect((await fixer.gh(['issue', 'view', '3'])).stdout).toContain('title:\tit squeaks\nstate:\tOPEN\n')
    expect((await fixer.gh(['issue', 'edit', '3', '-b', 'always'])).exitCode).toBe(0)
    expect((await fixer.gh(['issue', 'comment', '3', '-b', 'oil'])).exitCode).toBe(0)
    expect((await fixer.gh(['issue', 'close', '3'])).stderr).toBe('✓ Closed issue acme/widget#3 (it squeaks)\n')
    expect((await fixer.gh(['issue', 'reopen', '3'])).exitCode).toBe(0)
    expect((await fixer.gh(['issue', 'view', '1'])).code).toBe('RW_FORGE_NOT_FOUND')
  })

  it('shows the repository and who the agent is, and no token', async () => {
    expect((await fixer.gh(['repo', 'view'])).stdout).toMatch(/^name:\tacme\/widget\ndescription:\t/)
    const status = await fixer.gh(['auth', 'status'])
    expect(status.stdout).toContain('Logged in to refward as agent fixer')
    expect(status.stdout).toContain('an account of the gateway (bot)')
    expect(status.stdout).toContain('merge never')
    expect(await fixer.gh(['run', 'list'])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
  })

  it('answers routes of gh api in the form of GitHub', async () => {
    const pull = JSON.parse((await fixer.gh(['api', 'repos/{owner}/{repo}/pulls/1'])).stdout) as object
    expect(pull).toMatchObject({ number: 1, title: 'mend it well', head: { ref: OWN }, base: { ref: 'main' }, user: { login: 'refward' } })
    for (const route of ['', '/branches', '/commits', '/pulls', '/pulls/1/comments', '/pulls/1/reviews', '/issues', '/issues/3', '/issues/3/comments', '/issues/1/comments']) {
      expect({ route, ...(await fixer.gh(['api', `repos/acme/widget${route}`])) }).toMatchObject({ route, status: 200, exitCode: 0 })
    }
    const comment = await fixer.gh(['api', 'repos/{owner}/{repo}/issues/3/comments', '-f', 'body=by route'])
    expect(JSON.parse(comment.stdout)).toMatchObject({ body: 'by route', user: { login: 'refward' } })
    expect(await fixer.gh(['api', 'repos/acme/widget/pulls/1/reviews', '-f', 'event=COMMENT', '-f', 'body=as a comment'])).toMatchObject({ exitCode: 0 })
  })
})

describe('what belongs to others', () => {
  it.each([
    { name: 'editing', args: ['pr', 'edit', '1', '-t', 'mine now'] },
    { name: 'closing', args: ['pr', 'close', '1'] },
    { name: 'making it a draft', args: ['pr', 'ready', '1', '--undo'] },
    { name: 'closing an issue', args: ['issue', 'close', '3'] },
  ])('is not for $name', async ({ args }) => {
    const before = await pullOnForge(1)
    const seen = await other.gh(args)
    expect(seen).toMatchObject({ status: 403, exitCode: 1, code: 'RW_FORGE_NOT_OWNED', stdout: '' })
    expect(await pullOnForge(1)).toEqual(before)
  })

  it('is not merged by anybody, whoever made it, and the audit says who tried', async () => {
    for (const args of [['pr', 'merge', '1'], ['pr', 'merge', '1', '--squash'], ['-R', 'acme/widget', 'pr', 'merge']]) {
      const seen = await fixer.gh(args)
      expect([seen.status, seen.code]).toEqual(args[0] === '-R' ? [400, 'RW_ARGUMENT_COMMAND'] : [403, 'RW_FORGE_DENIED'])
    }
    expect(await pullOnForge(1)).toMatchObject({ merged: false })
    expect(readDeeds(await world.gateway.audit()).filter((deed) => deed.includes('merge'))).toEqual(['deny pull.merge RW_FORGE_DENIED', 'deny pull.merge RW_FORGE_DENIED'])
  })

  it('is no branch to open a pull request from', async () => {
    const before = await countOnForge()
    for (const head of ['agent/other/topic', 'main', 'stranger:topic', 'no/such']) {
      const seen = await fixer.gh(['pr', 'create', '-t', 't', '-b', 'b', '-H', head, '-B', 'main'])
      expect([head, seen.status, seen.code]).toEqual([head, 403, 'RW_FORGE_BRANCH'])
    }
    expect(await countOnForge()).toBe(before)
  })
})

describe('texts', () => {
  it('with a secret, with the credential of the gateway, or with a command go nowhere', async () => {
    const before = [await countOnForge(), await commentsOnForge(1)]
    const key = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
    const texts: readonly (readonly [string, string])[] = [
      [`see ${key}`, 'RW_FORGE_SECRET'],
      [`it is ${world.token}`, 'RW_OWN_CREDENTIAL'],
      [`it is ${Buffer.from(`xx${world.token}`).toString('base64')}`, 'RW_OWN_CREDENTIAL'],
      ['fine\n/merge', 'RW_FORGE_COMMAND'],
    ]
    for (const [text, code] of texts) {
      for (const args of [['pr', 'comment', '1', '-b', text], ['issue', 'create', '-t', 'x', '-b', text]]) {
        const seen = await fixer.gh(args)
        expect([text, seen.code]).toEqual([text, code])
        expect(seen.text).not.toContain(world.token)
        expect(seen.text).not.toContain(key)
      }
    }
    expect([await countOnForge(), await commentsOnForge(1)]).toEqual(before)
  })

  it('of the forge that hold its credential are shown without it', async () => {
    await world.onForge(repository, 'POST', '/issues/1/comments', { body: `leaked: ${world.token}` })
    const seen = await fixer.gh(['pr', 'view', '1', '--comments'])
    expect(seen.stdout).toContain('leaked: [masked]')
    expect(findSecrets(fixer.screen.join('\n'), [world.token])).toEqual([])
    expect(findSecrets(JSON.stringify(await world.gateway.audit()), [world.token])).toEqual([])
    expect(findSecrets(world.gateway.output(), [world.token])).toEqual([])
  })
})

it('tells the new name of a repository that was renamed, and does nothing there', async () => {
  await world.createEmpty('before', { hasCommit: true })
  const token = await world.gateway.addAgent('mover', ['forge/acme/before'])
  const mover = new GhClient(world.gateway, token, { repo: 'forge/acme/before' })
  expect((await mover.gh(['repo', 'view'])).exitCode).toBe(0)
  await world.gitea.api.call({ method: 'PATCH', path: '/repos/acme/before', body: { name: 'after' } })
  const seen = await mover.gh(['issue', 'create', '-t', 'x', '-b', 'y'])
  expect([seen.code, seen.stderr]).toEqual(['RW_FORGE_RENAMED', expect.stringContaining('acme/after')])
})
