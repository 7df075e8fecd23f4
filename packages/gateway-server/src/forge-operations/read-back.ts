import { type AgentName, type ForgeReadPermit, type RepoId, type Subject, decideForgeRead } from '@refward/core-policy'
import type { Written } from '@refward/forge-api'
import type { DecisionId } from '@refward/ledger'
import { requirePermit } from '../http/refused-error.ts'
import { apiOf } from './api-of.ts'
import { digestOf } from './change-digest.ts'
import { madeBy } from './made-by.ts'
import { type Trace, traceOfComment, traceOfReview, tracesOfIssue, tracesOfPull } from './change-trace.ts'
import type { ForgeParts } from './forge-context.ts'
import { type ForgeReader, createReader } from './forge-read.ts'

/** A change whose answer is not known, as the ledger has it. */
export interface LostChange {
  readonly id: DecisionId
  readonly agent: AgentName
  readonly repo: RepoId
  readonly action?: string | undefined
  readonly target?: string | undefined
  readonly digest?: string | undefined
  /** Milliseconds since 1970, by the clock of the gateway. */
  readonly decidedAt: number
}

/** Forges write times in whole seconds, and say the time in whole seconds. */
const TOLERANCE_MS = 2_000
/** Changes of the same words around the same time that would make it open whose of them is there. */
const OTHERS_MS = 60_000
const OTHERS = 500

/**
 * What a change has left on the forge, if that can be told: an object that is as it would have left it; of something that was made, by the
 * gateway's own account, not before it was decided, and only one. Undefined where nothing like that is there now, which does not say
 * that it never will be.
 *
 * @throws RefwardError, RefusedError when the forge cannot be asked
 */
export async function readBack(parts: ForgeParts, lost: LostChange, signal: AbortSignal): Promise<Written | undefined> {
  const { digest } = lost
  if (digest === undefined) return undefined
  const subject: Subject = { agent: lost.agent, session: undefined, repositories: [lost.repo] }
  const permit = requirePermit(decideForgeRead(parts.policy(), subject, lost.repo))
  const traces = (await findTraces(createReader(parts, permit, signal), lost)).filter(({ changes }) => changes.some((change) => change.kind === lost.action && digestOf(change) === digest))
  const made = traces.some((trace) => trace.made !== undefined)
  const known = made ? await keepOwn(parts, { permit, lost, signal }, traces) : traces
  const [found, ...others] = known
  return others.length === 0 ? found?.written : undefined
}

interface Question {
  readonly permit: ForgeReadPermit
  readonly lost: LostChange
  readonly signal: AbortSignal
}

/**
 * Those that were made by the gateway since, and by no other request of which the ledger knows: words can be changed to those of somebody else's.
 * None when somebody else asked for the very same meanwhile, or when too much was done since to see whether anybody did.
 */
async function keepOwn(parts: ForgeParts, { permit, lost, signal }: Question, traces: readonly Trace[]): Promise<readonly Trace[]> {
  const recent = await parts.ledger.history({ repo: lost.repo, operation: 'forge-write', limit: OTHERS })
  const isTwin = ({ id, outcome, digest, decidedAt }: (typeof recent)[number]): boolean => id !== lost.id && outcome === 'permit' && digest === lost.digest && decidedAt > lost.decidedAt - OTHERS_MS
  const hidesTwins = recent.length === OTHERS && (recent.at(-1)?.decidedAt ?? 0) > lost.decidedAt - OTHERS_MS
  if (hidesTwins || recent.some(isTwin)) return []
  const { account, clockOffset } = await apiOf(parts, permit.repo).identify(permit, await parts.keyring.lease(permit.repo, 'read'), signal)
  if (clockOffset === undefined) return []
  const since = lost.decidedAt + clockOffset - TOLERANCE_MS
  const fitting = traces.filter(({ made }) => made?.author === account && Date.parse(made.at) >= since)
  const owned = await Promise.all(fitting.map(({ written }) => isOwned(parts, lost, written)))
  return fitting.filter((_, index) => owned[index] !== true)
}

async function isOwned({ ledger }: ForgeParts, { action = '', repo }: LostChange, written: Written): Promise<boolean> {
  const made = madeBy(action, written)
  return made !== undefined && ledger.isOwnedObject(repo, made)
}

async function findTraces(reader: ForgeReader, { action, target = '' }: LostChange): Promise<readonly Trace[]> {
  const number = Number(/^#(\d{1,15})$/.exec(target)?.[1])
  switch (action) {
    case 'pull.create':
      return (await reader.get<'pull.list'>({ kind: 'pull.list', query: { state: 'all', head: target, limit: MAXIMUM, labels: [] } })).flatMap(tracesOfPull)
    case 'issue.create':
      return (await reader.get<'issue.list'>({ kind: 'issue.list', query: { state: 'all', limit: MAXIMUM, labels: [] } })).flatMap(tracesOfIssue)
    case 'pull.edit':
    case 'pull.draft':
    case 'pull.state':
    case 'pull.merge':
      return tracesOfPull(await reader.get<'pull.view'>({ kind: 'pull.view', number }))
    case 'issue.edit':
    case 'issue.state':
      return tracesOfIssue(await reader.get<'issue.view'>({ kind: 'issue.view', number }))
    case 'pull.comment':
      return (await reader.get<'pull.comments'>({ kind: 'pull.comments', number, limit: MAXIMUM })).map((comment) => traceOfComment(action, number, comment))
    case 'issue.comment':
      return (await reader.get<'issue.comments'>({ kind: 'issue.comments', number, limit: MAXIMUM })).map((comment) => traceOfComment(action, number, comment))
    case 'pull.review':
      return (await reader.get<'pull.reviews'>({ kind: 'pull.reviews', number, limit: MAXIMUM })).map((review) => traceOfReview(number, review))
    default:
      return []
  }
}

/** What is looked through. */
const MAXIMUM = 1000
