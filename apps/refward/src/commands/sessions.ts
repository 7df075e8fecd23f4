import { isIP } from 'node:net'
import { isAbsolute, resolve } from 'node:path'

import { RefwardError, parseAgentName, parseRepoId, parseSessionId } from '@refward/core-policy'
import type { Session, SessionScope, SharedRoot } from '@refward/ledger'

import { readArgument, readLifetime } from '../cli/read-argument.ts'
import { renderTable, renderTime } from '../cli/render-table.ts'
import type { Report } from '../cli/report.ts'
import { reportOk } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import { openOperator } from '../operator/open-operator.ts'
import type { Operator } from '../operator/operator.ts'

export interface SessionOptions {
  readonly config?: string
  readonly repo?: readonly string[]
  readonly root?: readonly string[]
  readonly mode?: string
  readonly peer?: string
  readonly uid?: number
  readonly lifetime?: string
}

type ConfigOption = Pick<SessionOptions, 'config'>

/** A session for one sandbox, narrower than what its agent may. */
export async function runCreateSession(world: World, agent: string, options: SessionOptions): Promise<Report> {
  const name = readArgument(parseAgentName(agent))
  const lifetime = { seconds: options.lifetime === undefined ? undefined : readLifetime(options.lifetime) }
  const scope = readScope(world, options)
  return withOperator(world, options, async (operator) => {
    const { session, token, publicUrl, socket } = await operator.addSession(name, lifetime, scope)
    const head = `session ${session.id} of agent ${name} until ${renderTime(session.expiresAt)}\n`
    const text = `${head}token ${token}\n${socket === undefined ? '' : `socket ${socket}\n`}\nThe token is shown this once. refward session revoke ends it.\n`
    return reportOk(text, { agent: name, session, token, gateway_url: publicUrl, ...(socket !== undefined && { socket }) })
  })
}

export async function runListSessions(world: World, options: ConfigOption & { readonly agent?: string }): Promise<Report> {
  const agent = options.agent === undefined ? undefined : readArgument(parseAgentName(options.agent))
  return withOperator(world, options, async (operator) => {
    const sessions = await operator.listSessions(agent)
    return reportOk(sessions.length === 0 ? 'there are no sessions\n' : renderSessions(sessions, world.clock()), { sessions })
  })
}

export async function runExtendSession(world: World, id: string, options: ConfigOption & { readonly lifetime: string }): Promise<Report> {
  const session = readArgument(parseSessionId(id))
  const seconds = readLifetime(options.lifetime)
  return withOperator(world, options, async (operator) => {
    const extended = await operator.extendSession(session, seconds)
    return reportOk(`session ${extended.id} of agent ${extended.agent} lasts until ${renderTime(extended.expiresAt)}\n`, { session: extended })
  })
}

export async function runRevokeSession(world: World, id: string, options: ConfigOption): Promise<Report> {
  const session = readArgument(parseSessionId(id))
  return withOperator(world, options, async (operator) => {
    const revoked = await operator.revokeSession(session)
    return reportOk(`session ${revoked.id} of agent ${revoked.agent} is revoked\n`, { session: revoked })
  })
}

async function withOperator(world: World, { config }: ConfigOption, work: (operator: Operator) => Promise<Report>): Promise<Report> {
  const operator = await openOperator(world, await loadConfig(locateConfig(world, config)))
  try {
    return await work(operator)
  } finally {
    operator.close()
  }
}

function readScope(world: World, { repo, root, mode, peer, uid }: SessionOptions): SessionScope {
  return {
    ...(repo === undefined ? {} : { repositories: repo.map((text) => (text.includes('*') ? text.toLowerCase() : readArgument(parseRepoId(text)))) }),
    ...(root === undefined ? {} : { roots: root.map((text) => readRoot(world, text)) }),
    ...(mode === undefined ? {} : { mode: readMode(mode) }),
    ...(peer === undefined ? {} : { peer: readPeer(peer) }),
    ...(uid === undefined ? {} : { uid }),
  }
}

/** `<path>`, or `<repository>=<path>`. */
function readRoot({ directory }: World, text: string): SharedRoot {
  const equals = isAbsolute(text) ? -1 : text.indexOf('=')
  const path = resolve(directory, text.slice(equals + 1))
  return equals < 0 ? { path } : { path, repository: readArgument(parseRepoId(text.slice(0, equals))) }
}

function readPeer(text: string): string {
  if (isIP(text) !== 0) return text
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument: '--peer', detail: `${text} is not an IP address`, remedy: 'write for instance --peer 172.17.0.2' })
}

function readMode(text: string): 'private' | 'public' {
  if (text === 'private' || text === 'public') return text
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument: '--mode', detail: `${text} is neither private nor public`, remedy: 'write --mode private or --mode public' })
}

function renderSessions(sessions: readonly Session[], now: number): string {
  const rows = sessions.map((session) => [session.id, session.agent, describeState(session, now), describeScope(session)])
  return renderTable(['SESSION', 'AGENT', 'STATE', 'FOR'], rows)
}

function describeState({ revokedAt, expiresAt }: Session, now: number): string {
  if (revokedAt !== undefined) return `revoked ${renderTime(revokedAt)}`
  return now >= expiresAt ? `expired ${renderTime(expiresAt)}` : `until ${renderTime(expiresAt)}`
}

function describeScope({ repositories = [], roots = [], mode, peer, uid }: Session): string {
  const places = roots.map(({ path, repository }) => JSON.stringify(repository === undefined ? path : `${repository}=${path}`).slice(1, -1))
  return [...repositories, ...places, ...(mode === undefined ? [] : [`${mode} only`]), ...(peer === undefined ? [] : [`from ${peer}`]), ...(uid === undefined ? [] : [`by user ${uid}`])].join(', ') || 'all that the agent may'
}
