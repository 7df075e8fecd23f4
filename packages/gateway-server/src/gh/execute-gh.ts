import { type GhOperation, type Policy, parseGh } from '@refward/core-policy'
import type { ForgeCallContext } from '../forge-operations/forge-context.ts'
import type { RunningForgeParts } from '../forge-operations/running-changes.ts'
import { requestProblems } from '../http/request-problems.ts'
import { grantsOf } from '../session/grants.ts'
import { callApi } from './api-command.ts'
import { authStatus } from './auth-status.ts'
import type { GhAnswer } from './gh-answer.ts'
import { type GhWorld, createGhWorld } from './gh-world.ts'
import { commentIssue, createIssue, editIssue, listIssues, listRuns, setIssueState, viewIssue, viewRepository, viewRun } from './issue-commands.ts'
import { checkPull, commentPull, createPull, diffPull, editPull, listPulls, mergePull, pullStatus, reviewPull, setPullDraft, setPullState, viewPull } from './pull-commands.ts'
import type { Screen } from './render-objects.ts'
import { resolveRepo } from './resolve-repo.ts'

/** A command line of gh, as it was sent. */
export interface GhCall extends Omit<ForgeCallContext, 'repo'> {
  readonly argv: readonly string[]
  readonly stdin: string | undefined
  /** `<forge>/<owner>/<repo>` of the clone that it was called in. */
  readonly repo: string | undefined
  readonly branch: string | undefined
  readonly screen: Screen
}

/** Reads a command line, and does what it says. @throws RequestProblems, RefusedError, RefwardError */
export async function executeGh(parts: RunningForgeParts, call: GhCall): Promise<GhAnswer> {
  const parsed = parseGh({ argv: call.argv, stdin: call.stdin })
  if (parsed.kind === 'error') throw requestProblems(parsed.problems, 'args')
  const { operation, repo: named, output } = parsed.value
  const policy = parts.policy()
  const { subject, requestId, signal, screen, branch } = call
  if (operation.kind === 'auth.status') return authStatus(parts, { policy, subject, repo: call.repo === undefined && grantsOf(subject).length !== 1 ? undefined : resolveOrNothing(policy, call) })
  const repo = resolveRepo({ policy, subject, named, here: call.repo })
  // Only what the policy spells is shown; of what it does not name, no more than was asked.
  const name = policy.repository(repo)?.repo.path ?? repo.slice(repo.indexOf('/') + 1)
  const world = createGhWorld(parts, { policy, context: { subject, repo, requestId, signal }, screen, output, currentBranch: branch, name })
  return COMMANDS[operation.kind](world, operation)
}

function resolveOrNothing(policy: Policy, { subject, repo }: GhCall): ReturnType<typeof resolveRepo> | undefined {
  if (repo === undefined && grantsOf(subject).some((grant) => grant.includes('*'))) return undefined
  return resolveRepo({ policy, subject, named: undefined, here: repo })
}

type Commands = { readonly [K in Exclude<GhOperation['kind'], 'auth.status'>]: (world: GhWorld, operation: Extract<GhOperation, { readonly kind: K }>) => Promise<GhAnswer> }

const TYPED: Commands = {
  'pr.create': createPull,
  'pr.list': listPulls,
  'pr.view': viewPull,
  'pr.diff': diffPull,
  'pr.checks': checkPull,
  'pr.status': pullStatus,
  'pr.comment': commentPull,
  'pr.edit': editPull,
  'pr.state': setPullState,
  'pr.ready': setPullDraft,
  'pr.review': reviewPull,
  'pr.merge': mergePull,
  'issue.create': createIssue,
  'issue.list': listIssues,
  'issue.view': viewIssue,
  'issue.comment': commentIssue,
  'issue.edit': editIssue,
  'issue.state': setIssueState,
  'repo.view': viewRepository,
  'run.list': listRuns,
  'run.view': viewRun,
  api: callApi,
}

/** The key and the operation are of one kind, which the compiler does not see. */
const COMMANDS = TYPED as { readonly [K in keyof Commands]: (world: GhWorld, operation: GhOperation) => Promise<GhAnswer> }
