import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HostedRepository } from '@refward/testing-http-upstream'
import { buildWidget, git, tryGit } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestGateway, startTestGateway } from '../testing/start-test-gateway.ts'

let gateway: TestGateway
let own: HostedRepository
let token: string
let place: string
let clone: string

beforeAll(async () => {
  gateway = await startTestGateway(`repositories:
  forge/acme/widget: { read: ["*"], push: ["*"], credential: { env: PERSON, username: gateway, mode: user } }
  forge/acme/shared: { read: ["*"], push: ["*"] }
`)
  own = await gateway.upstream.createRepository('acme/widget')
  await buildWidget(own.gitDir)
  await buildWidget((await gateway.upstream.createRepository('acme/shared')).gitDir)
  token = await gateway.addAgent('fixer', ['forge/acme/*'])
  place = await mkdtemp(join(tmpdir(), 'refward-credentials-'))
  clone = join(place, 'clone')
  await git(['clone', '-q', gateway.url('acme/widget.git', token), clone])
  await writeFile(join(clone, 'new.txt'), 'new\n')
  await git(['add', '.'], { cwd: clone })
  await git(['commit', '-q', '-m', 'new'], { cwd: clone })
}, 60_000)

afterAll(async () => {
  await gateway.close()
  await rm(place, { recursive: true, force: true, maxRetries: 3 })
})

async function audited(): Promise<readonly string[]> {
  const lines = await gateway.ledger.readAudit({ from: 1, limit: 1000 })
  return lines.flatMap(({ text }) => {
    const { kind, repo, operation, outcome, credential } = JSON.parse(text) as Readonly<Record<string, string>>
    return kind === 'decided' ? [`${outcome} ${operation} ${repo} as ${credential}`] : []
  })
}

test('the audit says in whose name the gateway fetches and pushes', async () => {
  await git(['push', '-q', 'origin', 'HEAD:agent/fixer/new'], { cwd: clone })
  await tryGit(['push', '-q', 'origin', 'HEAD:main'], { cwd: clone })
  await git(['ls-remote', gateway.url('acme/shared', token)])
  await tryGit(['ls-remote', gateway.url('acme/unnamed', token)])
  const lines = new Set(await audited())
  for (const line of ['permit fetch forge/acme/widget as user', 'permit push forge/acme/widget as user', 'deny push forge/acme/widget as user', 'permit list forge/acme/shared as bot', 'deny list forge/acme/unnamed as none']) expect(lines).toContain(line)
})

describe('a credential that the forge does not take any more', () => {
  test.each([
    { name: '401', status: 401, body: 'no', code: 'RW_CREDENTIAL_REJECTED', remedy: 'the operator must put a new one into environment variable PERSON and reload; no other credential is tried in its place' },
    { name: '403', status: 403, body: 'Forbidden', code: 'RW_CREDENTIAL_FORBIDDEN', remedy: 'the operator must give environment variable PERSON the right to forge/acme/widget' },
  ])('is told with what the operator must do, and no other one is tried: $name', async ({ status, body, code, remedy }) => {
    const before = gateway.upstream.requests.length
    const refs = await own.refs()
    gateway.upstream.plan({ kind: 'status', status, body }, {}, 100)
    for (const args of [['fetch', 'origin'], ['push', 'origin', 'HEAD:agent/fixer/late']]) {
      const { status: exit, stderr } = await tryGit(args, { cwd: clone })
      expect(exit).toBe(128)
      expect(stderr).toContain(`(${code})`)
      expect(stderr).toContain(remedy)
    }
    const answer = await fetch(`${gateway.origin}/git/forge/acme/widget.git/info/refs?service=git-receive-pack`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(503)
    gateway.upstream.clearFaults()
    expect(gateway.upstream.requests.length - before).toBe(3)
    expect(await own.refs()).toEqual(refs)
  })
})
