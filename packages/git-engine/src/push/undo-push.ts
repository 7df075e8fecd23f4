import { type ForwardPermit, type PushFacts, type ReceivePermit, type RefName, type Refusal, type RefUpdate, type RequestId, decideContent, decideRefs } from '@refward/core-policy'
import type { DecisionId, KeptTip, TipId } from '@refward/ledger'
import { type Examined, examinePush } from '../content/examine-push.ts'
import type { Mirror } from '../mirror/mirror-types.ts'
import { explainFault } from './explain-fault.ts'
import { forwardPush } from './forward-push.ts'
import { findKnown } from './known-history.ts'
import { keepAndRecord } from './kept-tips.ts'
import type { PushEngineState } from './push-engine.ts'
import { describeActor, recordDenial, recordEnd, recordPermit } from './push-record.ts'
import { PushRefused, pushRefused } from './push-refused.ts'
import { type UpstreamState, readUpstream } from './read-upstream.ts'
import { type Workspace, bringUpToDate, openWorkspace } from './workspace.ts'

export interface UndoRequest {
  /** Of the agent whose branch it is; an operator acts with the rights of that agent. */
  readonly permit: ReceivePermit
  readonly request: RequestId
  readonly ref: RefName
  /** Default: the newest tip of that ref that has not been brought back yet. */
  readonly tip?: TipId
  readonly signal: AbortSignal
}

export type UndoOutcome =
  | { readonly kind: 'undone'; readonly tip: KeptTip }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[]; readonly fault?: unknown }

interface PreparedUndo {
  readonly tip: KeptTip
  readonly state: UpstreamState
  readonly permit: ForwardPermit
  readonly mirror: Mirror
  readonly workspace: Workspace
  readonly examined: Examined
}

/** What one undo has come to know and must put away. */
interface UndoInProgress {
  readonly cleanups: (() => Promise<void>)[]
  tip?: KeptTip
  state?: UpstreamState
}

/** Brings back what a ref pointed at before it was rewritten or deleted, if it still is as that push left it. */
export async function undoPush(engine: PushEngineState, request: UndoRequest): Promise<UndoOutcome> {
  const undo: UndoInProgress = { cleanups: [] }
  try {
    let prepared: PreparedUndo
    try {
      prepared = await prepareUndo(engine, request, undo)
    } catch (error) {
      return await refuseUndo(engine, request, { undo, error })
    }
    return await carryOut(engine, request, prepared)
  } finally {
    for (const put of undo.cleanups.toReversed()) await put()
  }
}

async function prepareUndo({ deps }: PushEngineState, request: UndoRequest, undo: UndoInProgress): Promise<PreparedUndo> {
  const { permit, signal } = request
  const tip = await findTip(deps.ledger, request)
  undo.tip = tip
  const state = await readUpstream(deps, permit.repo, signal)
  undo.state = state
  const oldId = state.refs.idOf(tip.ref)
  if (oldId !== tip.replacedBy) throw impossible(tip.ref, 'it has moved since then', 'undo the newer change first, or push the old commits')
  const owned = await deps.ledger.ownedBranches(permit.subject.agent, permit.repo.id)
  const refs = decideRefs(permit, { commands: [{ ref: tip.ref, oldId, newId: tip.objectId }], upstream: state, owned })
  if (refs.kind === 'deny') throw new PushRefused(refs.refusals)
  const mirror = await deps.mirrors.mirror(permit.repo)
  const history = findKnown(state, permit, refs.permit.updates)
  const options = { mirror, limits: permit.policy.settings.limits, signal }
  const workspace = await bringUpToDate(deps, options, { workspace: await openWorkspace(deps, options), state, history })
  undo.cleanups.push(workspace.close)
  const examined = await examine(deps, request, { updates: refs.permit.updates, known: [...history.shown], workspace })
  const content = decideContent(refs.permit, onlyRights(examined.facts))
  if (content.kind === 'deny') throw new PushRefused(content.refusals)
  return { tip, state, mirror, workspace, examined, permit: content.permit }
}

async function carryOut(engine: PushEngineState, request: UndoRequest, prepared: PreparedUndo): Promise<UndoOutcome> {
  const { deps, running, locks } = engine
  const { permit, tip, state, workspace } = prepared
  const decision = await permitUndo(engine, request, prepared)
  running.add(decision)
  try {
    const signal = AbortSignal.timeout(request.permit.policy.settings.limits.time * 1000)
    const forwarded = await locks.run([`${permit.repo.id} ${tip.ref}`], () => forwardPush(deps, { permit, state, walk: workspace.walk, signal, answer: SILENT }))
    if (forwarded.settled) await deps.ledger.finished(decision, recordEnd(forwarded.refs, 'request'))
    const refusals = forwarded.refs.flatMap(({ refusal }) => refusal ?? [])
    if (refusals.length > 0) return { kind: 'refused', refusals, ...(forwarded.fault === undefined ? {} : { fault: forwarded.fault }) }
    return { kind: 'undone', tip: await deps.ledger.takeTip(tip.id, decision) }
  } finally {
    running.delete(decision)
  }
}

/** What an undo takes away can be brought back too. */
async function permitUndo(engine: PushEngineState, request: UndoRequest, { permit, mirror, examined }: PreparedUndo): Promise<DecisionId> {
  const { rewrites } = examined.facts
  const replaced = permit.updates.filter(({ ref }) => rewrites.has(ref)).map(({ oldId }) => oldId)
  const actor = describeActor(request, 'undo', engine.deps.policyDigest)
  return keepAndRecord(engine, { repo: permit.repo, mirror, ids: replaced }, () =>
    engine.deps.ledger.decided(recordPermit(actor, permit, { rewrites, brings: examined.brings })),
  )
}

async function refuseUndo({ deps }: PushEngineState, request: UndoRequest, { undo, error }: { readonly undo: UndoInProgress; readonly error: unknown }): Promise<UndoOutcome> {
  const explained = explainFault(error)
  const commands = undo.tip === undefined ? [] : [{ name: undo.tip.ref, newId: undo.tip.objectId }]
  const actor = describeActor(request, 'undo', deps.policyDigest)
  await deps.ledger.decided(recordDenial(actor, commands, undo.state?.refs, explained.refusals))
  return { kind: 'refused', ...explained }
}

async function findTip(ledger: PushEngineState['deps']['ledger'], { permit, ref, tip }: UndoRequest): Promise<KeptTip> {
  const tips = await ledger.listTips({ repo: permit.repo.id, ref, limit: 1000 })
  const found = tip === undefined ? tips[0] : tips.find(({ id }) => id === tip)
  if (found === undefined) throw impossible(ref, 'no old tip of it is kept', 'only what was rewritten or deleted through refward is kept, and only for a time')
  return found
}

interface Looking {
  readonly updates: readonly RefUpdate[]
  readonly known: readonly string[]
  readonly workspace: Workspace
}

/** The objects are the mirror's own: it kept them. Nothing comes into the quarantine. */
async function examine(deps: PushEngineState['deps'], { permit, ref, signal }: UndoRequest, { updates, known, workspace }: Looking): Promise<Examined> {
  const { view, quarantine, walk } = workspace
  const { limits, secrets } = permit.policy.settings
  await walk.exclude(known)
  return examinePush({
    git: deps.git,
    gitDir: view.gitDir,
    objects: quarantine.objects,
    walk,
    updates,
    known,
    sent: undefined,
    limits,
    scanner: deps.scanner(secrets.scanner),
    signal,
    now: deps.clock.now,
    onScanned: () => undefined,
  }).catch((error: unknown) => {
    if (!(error instanceof PushRefused) || error.refusals[0]?.code !== 'RW_OBJECTS_MISSING') throw error
    throw impossible(ref, 'its old objects are no longer on this gateway', 'push the old commits from a clone that has them')
  })
}

/**
 * The forge had all of this on this very ref, so rules about new content do not apply. What stays is the right to change the
 * ref, and that no credential of the gateway goes out.
 */
function onlyRights(facts: PushFacts): PushFacts {
  return { ...facts, commits: [], changes: [], gitlinks: [], symlinks: [], submodules: [], findings: [] }
}

const SILENT = { line: async (): Promise<void> => undefined, forward: async (): Promise<void> => undefined }

function impossible(ref: string, detail: string, remedy: string): PushRefused {
  return pushRefused('RW_UNDO_IMPOSSIBLE', { rule: 'undo', ref }, { ref, detail, remedy })
}
