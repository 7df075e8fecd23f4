import { randomBytes } from 'node:crypto'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAgentName, parseForgeName } from '@refward/core-policy'
import { renderAgentGitConfig } from '@refward/gate-render'
import { type CommandWorld, buildCommandWorld } from '@refward/testing-commands'
import { type TestGateway, startTestGateway } from '@refward/testing-gateway'
import { type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { type Shim, buildShim } from './shim.ts'

/** The world of the corpus behind a gateway: repositories that `git http-backend` serves, and the two ways to them. */
export interface GatewayWorld {
  readonly commands: CommandWorld
  readonly gateway: TestGateway
  readonly upstream: HttpUpstream
  readonly shim: Shim
  /**
   * Environments in which https://git.example.org/ leads to the forge itself, with its password, or to the gateway, as `refward agent add` says.
   * In `exec`, it leads to the forge too, but there is no password: only the exec plane is left, and the gateway and a token for it are in variables.
   */
  readonly environments: Readonly<Record<Way, Readonly<Record<string, string>>>>
  close(): Promise<void>
}

export type Way = 'direct' | 'gateway' | 'exec'

const FORGE = 'https://git.example.org'
const GIT_SETTINGS = '[protocol "file"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[init]\n\ttemplateDir =\n\tdefaultBranch = main\n'

/** @param rules what the agent `fixer` may do in every repository, as YAML in flow style. */
export async function createGatewayWorld(rules: string): Promise<GatewayWorld> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'refward-shim-')))
  const commands = await buildCommandWorld(root)
  const password = randomBytes(12).toString('hex')
  const upstream = await startHttpUpstream({ root: commands.stage, password })
  const gateway = await startTestGateway({
    forge: { origin: upstream.origin, user: upstream.user, password },
    config: `repositories:\n  forge/acme/*: { read: ["*"], push: ["*"]${rules} }\nlimits: { agent_per_minute: 1000000 }\n`,
  })
  const token = await gateway.addAgent('fixer', ['forge/acme/*'])
  await writeFile(join(root, 'token'), token)
  const session = JSON.parse(await gateway.operator('session', 'add', 'fixer', '--root', `forge/acme/widget=${root}`, '--json')) as { readonly token: string }
  const direct = renderRewriting(upstream.origin.replace('://', `://${upstream.user}:${password}@`))
  const agent = renderAgentGitConfig({ agent: valueOf(parseAgentName('fixer')), gatewayUrl: gateway.origin, tokenFile: join(root, 'token'), forges: [{ name: valueOf(parseForgeName('forge')), kind: 'git', url: FORGE }] })
  return {
    commands,
    gateway,
    upstream,
    shim: await buildShim(root),
    environments: { direct: await writeEnvironment(root, 'direct', direct), gateway: await writeEnvironment(root, 'gateway', agent), exec: { ...(await writeEnvironment(root, 'exec', renderRewriting(upstream.origin))), REFWARD_GATEWAY: gateway.origin, REFWARD_TOKEN: session.token } },
    close: async () => {
      await gateway.close()
      await upstream.close()
      await rm(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function renderRewriting(origin: string): string {
  return [`[url "${origin}/"]`, ...[`${FORGE}/`, 'ssh://git@git.example.org/', 'git@git.example.org:'].map((from) => `\tinsteadOf = ${from}`), ''].join('\n')
}

async function writeEnvironment(root: string, name: string, config: string): Promise<Readonly<Record<string, string>>> {
  const path = join(root, `${name}.gitconfig`)
  await writeFile(path, config + GIT_SETTINGS)
  return { GIT_CONFIG_GLOBAL: path, GIT_EDITOR: ':', GIT_PAGER: 'cat' }
}

function valueOf<T>(parsed: { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'error' }): T {
  if (parsed.kind === 'error') throw new Error('not a name')
  return parsed.value
}
