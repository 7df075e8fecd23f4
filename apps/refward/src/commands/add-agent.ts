import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import type { AgentName, Policy } from '@refward/core-policy'
import { RefwardError, compilePolicy, parseAgentName, parseRepoId } from '@refward/core-policy'
import { renderAgentEnvironment, renderAgentGitConfig, renderShellExports } from '@refward/gate-render'

import { readArgument, readLifetime } from '../cli/read-argument.ts'
import { renderTime } from '../cli/render-table.ts'
import type { Report } from '../cli/report.ts'
import { reportOk } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import { openOperator } from '../operator/open-operator.ts'
import type { IssuedAccess } from '../operator/operator.ts'

export interface SandboxOptions {
  readonly config?: string
  readonly lifetime?: string
  /** The address of the gateway as the sandbox writes it, where that differs from `public_url`. */
  readonly gateway?: string
  /** Where the sandbox keeps the token. */
  readonly tokenFile: string
  /** A directory to write the files to, in place of printing them. */
  readonly out?: string
}

/** A new agent with its first session, and what to put into its sandbox. */
export async function runAddAgent(world: World, name: string, options: SandboxOptions & { readonly repo: readonly string[] }): Promise<Report> {
  const agent = readArgument(parseAgentName(name))
  const lifetime = { seconds: options.lifetime === undefined ? undefined : readLifetime(options.lifetime) }
  const loaded = await loadConfig(locateConfig(world, options.config))
  const repositories = options.repo.map((repo) => readGrant(compilePolicy(loaded.config), repo))
  const operator = await openOperator(world, loaded)
  try {
    const issued = await operator.addAgent({ name: agent, repositories }, lifetime)
    return await reportSandbox(world, options, { agent, repositories, issued, loaded })
  } finally {
    operator.close()
  }
}

/** A further session for an agent, beside those that it has. */
export async function runAddSession(world: World, name: string, options: SandboxOptions): Promise<Report> {
  const agent = readArgument(parseAgentName(name))
  const lifetime = { seconds: options.lifetime === undefined ? undefined : readLifetime(options.lifetime) }
  const loaded = await loadConfig(locateConfig(world, options.config))
  const operator = await openOperator(world, loaded)
  try {
    const { repositories } = await operator.showAgent(agent)
    const issued = await operator.addSession(agent, lifetime)
    return await reportSandbox(world, options, { agent, repositories, issued, loaded })
  } finally {
    operator.close()
  }
}

/** A repository that the configuration names, or a pattern beneath one of its forges. A misspelt grant would be a silent one. */
function readGrant(policy: Policy, text: string): string {
  if (text.includes('*')) return readPattern(policy, text)
  const repo = readArgument(parseRepoId(text))
  if (policy.repository(repo) !== undefined) return repo
  throw badGrant(`no entry under repositories is for ${repo}`)
}

function readPattern({ config }: Policy, text: string): string {
  const [forge = '', ...rest] = text.toLowerCase().split('/')
  if (rest.length === 0 || rest.includes('')) throw badGrant(`${text} has no path after the forge`)
  if (![...config.forges.keys()].some((name) => name === forge)) throw badGrant(`there is no forge ${forge}`)
  return text.toLowerCase()
}

function badGrant(detail: string): RefwardError {
  return new RefwardError('RW_ARGUMENT_INVALID', { argument: '--repo', detail, remedy: 'write <forge>/<owner>/<repo> as in refward.yaml' })
}

interface Sandbox {
  readonly agent: AgentName
  readonly repositories: readonly string[]
  readonly issued: IssuedAccess
  readonly loaded: LoadedConfig
}

async function reportSandbox(world: World, options: SandboxOptions, sandbox: Sandbox): Promise<Report> {
  const { agent, repositories, issued, loaded } = sandbox
  const { session, token } = issued
  const gatewayUrl = (options.gateway ?? issued.publicUrl).replace(/\/+$/, '')
  const access = { agent, gatewayUrl, forges: listForges(loaded, repositories) }
  const files = [
    { path: options.tokenFile, text: `${token}\n` },
    { path: '~/.gitconfig', text: renderAgentGitConfig({ ...access, tokenFile: options.tokenFile }) },
  ]
  const environment = renderAgentEnvironment({ ...access, token })
  const head = `agent ${agent} may use ${repositories.join(', ')} until ${renderTime(session.expiresAt)} (session ${session.id})\n`
  const json = { agent, session, token, repositories, gateway_url: gatewayUrl, files, environment: Object.fromEntries(environment) }
  if (options.out === undefined) return reportOk(head + renderForReading(files, renderShellExports(environment)), json)
  const written = await writeSandbox(resolve(world.directory, options.out), files, renderShellExports(environment))
  const where = `in the sandbox: token at ${options.tokenFile} and gitconfig at ~/.gitconfig, or the variables of env\n`
  return reportOk(`${head}wrote ${written.join(', ')}\n${where}`, { ...json, written })
}

/** Only the forges that the agent was granted something on: of others, it keeps its own way. */
function listForges({ config }: LoadedConfig, repositories: readonly string[]): Parameters<typeof renderAgentGitConfig>[0]['forges'] {
  const granted = new Set(repositories.map((repository) => repository.split('/')[0]))
  return [...config.forges.values()].filter(({ name }) => granted.has(name))
}

interface SandboxFile {
  readonly path: string
  readonly text: string
}

function renderForReading(files: readonly SandboxFile[], exports: string): string {
  const parts = files.map(({ path, text }) => `\n# ${path} in the sandbox, mode 0600\n${text}`)
  return `${parts.join('')}\n# or, where the sandbox takes environment variables and no files\n${exports}\nThe token is shown this once. refward agent token makes another, refward agent revoke ends it.\n`
}

async function writeSandbox(directory: string, [token, gitConfig]: readonly SandboxFile[], exports: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const files = [
    [join(directory, 'token'), token?.text ?? ''],
    [join(directory, 'gitconfig'), gitConfig?.text ?? ''],
    [join(directory, 'env'), exports],
  ] as const
  for (const [path, text] of files) await writeFile(path, text, { mode: 0o600 })
  return files.map(([path]) => path)
}
