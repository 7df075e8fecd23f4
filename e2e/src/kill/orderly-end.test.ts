import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestGateway } from '@refward/testing-gateway'
import { type HostedRepository, type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { buildWidget, git, tryGit } from '@refward/testing-repositories'
import { expect, onTestFinished, test } from 'vitest'

const PASSWORD = 'the-password-of-the-forge'
const BRANCH = 'refs/heads/agent/fixer/topic'

interface SlowForge {
  readonly upstream: HttpUpstream
  readonly widget: HostedRepository
  /** Whether a push has reached the hook. */
  readonly hasBegun: () => boolean
  readonly letGo: () => Promise<void>
}

/** A forge whose pre-receive hook takes as long as the test likes. */
async function startSlowForge(): Promise<SlowForge> {
  const directory = await mkdtemp(join(tmpdir(), 'refward-slow-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const upstream = await startHttpUpstream({ password: PASSWORD })
  onTestFinished(() => upstream.close())
  const widget = await upstream.createRepository('acme/widget')
  await buildWidget(widget.gitDir)
  const [begun, go] = [join(directory, 'begun'), join(directory, 'go')]
  await widget.setHook('pre-receive', `touch '${begun}'\nwhile [ ! -e '${go}' ]; do sleep 0.02; done`)
  return { upstream, widget, hasBegun: () => existsSync(begun), letGo: () => writeFile(go, '') }
}

test('SIGTERM in the middle of a push: it is seen to its end, nothing new is taken, and the gateway ends well', { timeout: 60_000 }, async () => {
  const { upstream, widget, hasBegun, letGo } = await startSlowForge()
  const gateway = await startTestGateway({ forge: { origin: upstream.origin, user: upstream.user, password: PASSWORD }, config: 'repositories:\n  forge/acme/widget: { read: ["*"], push: ["*"] }\n' })
  onTestFinished(() => gateway.close())
  const url = gateway.url('acme/widget', await gateway.addAgent('fixer', ['forge/acme/widget']))

  const pushing = tryGit(['push', url, `main~1:${BRANCH}`], { cwd: widget.gitDir })
  await expect.poll(hasBegun, { timeout: 20_000, interval: 20 }).toBe(true)
  let hasEnded = false
  const stopping = gateway.stop().finally(() => (hasEnded = true))
  await expect.poll(async () => (await tryGit(['ls-remote', url])).stderr, { timeout: 20_000 }).toContain('RW_STOPPING')
  expect(hasEnded).toBe(false)

  await letGo()
  expect(await pushing).toMatchObject({ status: 0, stderr: expect.stringContaining('[new branch]') as unknown })
  expect(await stopping).toBe(0)
  expect((await widget.refs()).get(BRANCH)).toBe(await git(['rev-parse', 'main~1'], { cwd: widget.gitDir }))

  const told = await gateway.operator('audit', '--json')
  const events = (JSON.parse(told) as { readonly lines: readonly { readonly event: Readonly<Record<string, unknown>> }[] }).lines.map(({ event }) => event)
  expect(events.slice(-2)).toMatchObject([{ kind: 'finished', result: 'done', by: 'request' }, { kind: 'gateway-stopped' }])
  expect(await gateway.quarantine()).toEqual([])
})
