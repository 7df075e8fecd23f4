import { type FailedRef, type Problem, type ReceivePermit, type Refusal, type RefwardCode, type RepoId, RefwardError, ZERO_ID } from '@refward/core-policy'
import { CollectedAnswer, type PushOutcome, type PushWish, type ResolvedUpdate, SharedWorktree, WorktreeSource, resolvePush } from '@refward/git-engine'
import type { LiveSecrets } from '@refward/secret-scan'
import type { PushListing } from '@refward/upstream'
import { toFailure } from '../http/error-answer.ts'
import type { GitCallContext } from './git-operations.ts'
import { type PushParts, describePush, permitReceive } from './push-operation.ts'
import { type WorktreeCall, type WorktreeCallParts, placeCall } from './worktree-call.ts'

export interface WorktreePushParts extends PushParts, WorktreeCallParts {
  readonly ledger: PushParts['ledger'] & WorktreeCallParts['ledger']
  readonly worktrees: Parameters<typeof SharedWorktree.open>[0]
  readonly secrets: () => LiveSecrets
}

export interface WorktreePush {
  readonly wish: PushWish
  readonly atomic: boolean
  readonly dryRun: boolean
}

/** How a push out of a work tree ended. `refs` tells of every ref that was meant, in the order in which they were found. */
export type WorktreePushResult =
  /** The refspecs do not fit what is in the work tree and on the forge. */
  | { readonly kind: 'unresolved'; readonly problems: readonly Problem[] }
  | { readonly kind: 'done'; readonly repo: RepoId; readonly updates: readonly ResolvedUpdate[]; readonly rewrites: ReadonlySet<string>; readonly messages: readonly string[]; readonly outcome: PushOutcome | undefined }
  | { readonly kind: 'refused'; readonly refusals: readonly [Refusal, ...Refusal[]]; readonly refs: readonly FailedRef[]; readonly messages: readonly string[]; readonly outcome: PushOutcome | undefined }

/** Does what `git push` would do in that work tree, by the rules of a push that comes over HTTP. */
export async function pushWorktree(parts: WorktreePushParts, call: WorktreeCall, push: WorktreePush): Promise<WorktreePushResult> {
  const { tree, place, context } = await placeCall(parts, call, push.dryRun ? 'list' : 'push')
  let worktree: SharedWorktree | undefined
  try {
    const permit = await permitReceive(parts, context)
    const timeMs = permit.policy.settings.limits.time * 1000
    // The forge is asked while the work tree is read.
    const asked = listForge(parts, permit, context)
    asked.catch(() => undefined)
    worktree = await SharedWorktree.open(parts.worktrees, tree, { place, timeMs, signal: context.signal })
    const listing = await asked
    const resolved = resolvePush(push.wish, { local: worktree.listing, remote: listing.refs.filter(({ name }) => permit.shows(name)) })
    if (resolved.kind === 'error') {
      await recordAttempt(parts, context, push, resolved.problems.map(({ code }) => code))
      return { kind: 'unresolved', problems: resolved.problems }
    }
    if (push.dryRun) await recordListing(parts, context)
    return await send(parts, context, { push, permit, worktree, listing, updates: resolved.updates })
  } catch (error) {
    if (worktree === undefined) await tree.pinned.close().catch(() => undefined)
    if (worktree === undefined && toFailure(error).code.startsWith('RW_WORKTREE_')) await recordAttempt(parts, context, push, [toFailure(error).code])
    throw error
  } finally {
    await worktree?.close()
  }
}

async function listForge({ access }: WorktreePushParts, { repo }: ReceivePermit, { signal }: GitCallContext): Promise<PushListing> {
  const target = await access.pushTarget(repo)
  return target.listForPush(signal)
}

interface Sending {
  readonly push: WorktreePush
  readonly permit: ReceivePermit
  readonly worktree: SharedWorktree
  readonly listing: PushListing
  readonly updates: readonly ResolvedUpdate[]
}

async function send(parts: WorktreePushParts, context: GitCallContext, { push, permit, worktree, listing, updates }: Sending): Promise<WorktreePushResult> {
  const changes = updates.filter(({ current, newId }) => current !== newId)
  if (changes.length === 0) return { kind: 'done', repo: context.repo, updates, rewrites: new Set(), messages: [], outcome: undefined }
  const voice = new CollectedAnswer(parts.secrets())
  const wants = [...new Set(changes.flatMap(({ newId }) => (newId === ZERO_ID ? [] : [newId])))]
  // As for a client of git that was told the refs just now: the push is looked at while the forge is asked again.
  parts.engine.expect(permit, listing)
  const outcome = await parts.engine.runSourced({
    permit,
    request: context.requestId,
    signal: context.signal,
    source: new WorktreeSource({ git: parts.worktrees.git, worktree, wants, signal: context.signal }),
    voice,
    wanted: {
      commands: changes.map(({ ref, oldId, newId }) => ({ name: ref, oldId, newId })),
      atomic: push.atomic,
      onlyForward: new Set(changes.flatMap(({ ref, forced }) => (forced ? [] : [ref]))),
      dryRun: push.dryRun,
    },
  })
  const [first, ...others] = voice.refusals
  const { messages } = voice
  if (first !== undefined) return { kind: 'refused', refusals: [first, ...others], refs: describeRefs(voice, outcome), messages, outcome }
  if (outcome.kind === 'refused') throw new RefwardError('RW_PUSH_INTERRUPTED', { detail: 'the client went away' })
  const rewrites = outcome.kind === 'forwarded' || outcome.kind === 'judged' ? outcome.rewrites : new Set<string>()
  return { kind: 'done', repo: context.repo, updates, rewrites, messages, outcome }
}

/** Each ref as it was reported, with the reason that is about it or else the one that is about all. */
function describeRefs({ refs, refusals }: CollectedAnswer, outcome: PushOutcome): readonly FailedRef[] {
  const results = new Map(outcome.kind === 'forwarded' ? outcome.refs.map(({ ref, result }) => [ref, result]) : [])
  const general = refusals.find(({ ref }) => ref === undefined) ?? refusals[0]
  return refs.map((report): FailedRef => {
    const status = results.get(report.name) ?? (report.kind === 'ok' ? 'accepted' : 'refused')
    if (status === 'accepted') return { ref: report.name, status }
    const refusal = refusals.find(({ ref }) => ref === report.name) ?? general
    return { ref: report.name, status, ...(refusal === undefined ? {} : { code: refusal.code, message: refusal.message, hint: refusal.hint }) }
  })
}

/** What the engine never came to see is an attempt too. */
async function recordAttempt({ ledger, policy }: WorktreePushParts, context: GitCallContext, { dryRun }: WorktreePush, codes: readonly RefwardCode[]): Promise<void> {
  await ledger.decided({ ...describePush(policy(), context, dryRun ? 'list' : 'push'), outcome: 'deny', rules: ['worktree'], codes: [...new Set(codes)] })
}

/** A dry run reads what the forge shows, and changes nothing. */
async function recordListing({ ledger, policy }: WorktreePushParts, context: GitCallContext): Promise<void> {
  const id = await ledger.decided({ ...describePush(policy(), context, 'list'), outcome: 'permit', rules: ['repository.push'], codes: [] })
  await ledger.finished(id, { result: 'done', refs: [] })
}
