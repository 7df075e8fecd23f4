import type { ForgeQuestion, RefQuestion, RepoId } from '@refward/core-policy'
import { RefwardError, parseAgentName, parseForgeQuestion, parseRepoId, renderExplanation } from '@refward/core-policy'
import type { Agent } from '@refward/ledger'

import { exitCodes } from '../cli/exit-code.ts'
import { readArgument } from '../cli/read-argument.ts'
import type { Report } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import { openOperator } from '../operator/open-operator.ts'

export interface ExplainOptions {
  readonly config?: string
  readonly agent: string
  readonly repo?: string
  readonly push?: readonly string[]
  readonly rewrite?: readonly string[]
  readonly delete?: readonly string[]
  readonly forge?: string
  readonly number?: number
  readonly head?: string
  readonly base?: string
}

/** What would happen, rule by rule, in the words of the refusals. By the running gateway, which asks the forge; else by file and ledger. */
export async function runExplain(world: World, options: ExplainOptions): Promise<Report> {
  const agent = readArgument(parseAgentName(options.agent))
  const operator = await openOperator(world, await loadConfig(locateConfig(world, options.config)))
  try {
    const details = await operator.showAgent(agent)
    const repo = readRepository(options.repo, details)
    const explanation = await operator.explain({ agent, repo, grants: details.repositories, ...readQuestion(options) })
    const exit = explanation.outcome === 'allow' ? exitCodes.ok : exitCodes.refused
    const revoked = details.revokedAt === undefined ? [] : ['the agent is revoked: no session of it is let in']
    return { exit, text: [...renderExplanation(explanation), ...revoked].map((line) => `${line}\n`).join(''), json: { via: operator.via, explanation } }
  } finally {
    operator.close()
  }
}

function readRepository(named: string | undefined, { repositories }: Agent): RepoId {
  if (named !== undefined) return readArgument(parseRepoId(named))
  const [only, ...others] = repositories
  if (only !== undefined && others.length === 0 && !only.includes('*')) return readArgument(parseRepoId(only))
  const detail = 'the agent was granted more than one repository, or a pattern'
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument: '--repo', detail, remedy: `name one; it was granted ${repositories.join(', ')}` })
}

function readRefs({ push = [], rewrite = [], delete: removed = [] }: ExplainOptions): readonly RefQuestion[] {
  const ask = (action: RefQuestion['action']) => (ref: string) => ({ ref: expandRef(ref), action })
  return [...push.map(ask('push')), ...rewrite.map(ask('rewrite')), ...removed.map(ask('delete'))]
}

/** What is asked about is one push, or one thing on the forge. */
function readQuestion(options: ExplainOptions): { readonly refs: readonly RefQuestion[]; readonly forge: readonly ForgeQuestion[] } {
  const refs = readRefs(options)
  const { forge: action, number, head, base } = options
  if (action !== undefined && refs.length === 0) return { refs, forge: [readArgument(parseForgeQuestion({ action, number, head, base }))] }
  if (action === undefined && number === undefined && head === undefined && base === undefined) return { refs, forge: [] }
  const remedy = 'ask about a push with --push, --rewrite and --delete, or about the forge with --forge and its --number, --head and --base'
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument: action === undefined ? '--number' : '--forge', detail: 'a push and the forge are two questions', remedy })
}

/** `main` as people type it. What the name is worth is for the rules to say. */
function expandRef(ref: string): string {
  return ref.startsWith('refs/') ? ref : `refs/heads/${ref}`
}
