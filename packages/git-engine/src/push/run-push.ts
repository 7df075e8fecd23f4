import { RefwardError } from '@refward/core-policy'
import type { DecisionId, DecisionInput } from '@refward/ledger'
import type { LiveSecrets } from '@refward/secret-scan'
import { answerForwarded, answerRefusal } from './answer-push.ts'
import { type ExplainedFault, explainFault } from './explain-fault.ts'
import { forwardPush } from './forward-push.ts'
import { keepAndRecord } from './kept-tips.ts'
import { createLifeline } from './lifeline.ts'
import { type PreparedPush, type PushInProgress, preparePush } from './prepare-push.ts'
import { PushAnswer } from './push-answer.ts'
import { PushBody } from './push-body.ts'
import type { PushEngineState } from './push-engine.ts'
import { describeActor, recordDenial, recordEnd, recordPermit } from './push-record.ts'
import type { PushEnd, PushOutcome, PushRequest, SourcedPush } from './push-types.ts'
import type { Forwarded } from './read-back.ts'
import { StageClock } from './stage-clock.ts'

const DRAIN_MS = 60_000

/**
 * Takes one push from its first byte to the end of its answer.
 *
 * @throws RefwardError only for a request that is not of the protocol: nothing has been written to the answer then.
 */
export async function runPush(engine: PushEngineState, request: PushRequest): Promise<PushOutcome> {
  const clock = new StageClock(engine.deps.clock.monotonic)
  const body = new PushBody(request.body)
  const wanted = await body.readCommands()
  clock.end('commands')
  if (wanted === 'probe') {
    await request.answer.end()
    return { kind: 'probe', stages: clock.times, drained: true }
  }
  if (wanted.capabilities.reportStatus === 'none') {
    throw new RefwardError('RW_PROTOCOL_MALFORMED', { detail: 'the client does not ask what became of its refs (report-status), and would take a refusal for success' })
  }
  const { permit, request: id, signal } = request
  const voice = new PushAnswer({ sink: request.answer, capabilities: wanted.capabilities, secrets: engine.deps.secrets(), request: id })
  return carryPush(engine, { permit, request: id, signal, wanted: { commands: wanted.commands, atomic: wanted.capabilities.atomic }, source: body, voice }, clock)
}

/** The same for a push whose commands are known. Never throws: what goes wrong is told through its voice. */
export function runSourcedPush(engine: PushEngineState, push: SourcedPush): Promise<PushOutcome> {
  return carryPush(engine, push, new StageClock(engine.deps.clock.monotonic))
}

async function carryPush(engine: PushEngineState, { wanted, source, voice, ...request }: SourcedPush, clock: StageClock): Promise<PushOutcome> {
  const push: PushInProgress = { request, wanted, source, answer: voice, clock, lifeline: createLifeline(request.signal), cleanups: [], state: undefined, unpacking: false }
  try {
    return await decideAndCarryOut(engine, push)
  } finally {
    push.lifeline.release()
    await cleanUp(push)
  }
}

async function decideAndCarryOut(engine: PushEngineState, push: PushInProgress): Promise<PushOutcome> {
  let prepared: PreparedPush
  let decision: DecisionId
  try {
    await engine.adoptions.get(push.request.permit.repo.id)
    prepared = await preparePush(engine, push)
    if (push.wanted.dryRun === true) return await answerDryRun(push, prepared)
    decision = await permitDurably(engine, push, prepared)
  } catch (error) {
    return refuse(engine, push, error)
  }
  engine.running.add(decision)
  try {
    return await carryOut(engine, push, { prepared, decision })
  } finally {
    engine.running.delete(decision)
  }
}

/** INVARIANT: the decision is on disk before anything is sent, and what a rewrite or deletion leaves behind is kept before. */
async function permitDurably(engine: PushEngineState, push: PushInProgress, prepared: PreparedPush): Promise<DecisionId> {
  const { permit, examined, mirror, workspace } = prepared
  const { rewrites } = examined.facts
  const { request } = push
  const replaced = permit.updates.filter(({ ref, kind }) => kind === 'delete' || rewrites.has(ref)).map(({ oldId }) => oldId)
  // The pack is made beside the writing; nobody reads it before the decision is on disk.
  if (permit.updates.some(({ kind }) => kind !== 'delete')) workspace.walk.releasePack()
  const decision = await keepAndRecord(engine, { repo: permit.repo, mirror, ids: replaced }, () => {
    throwIfGone(request.signal)
    push.lifeline.release()
    const actor = describeActor(request, 'push', engine.deps.policyDigest)
    return engine.deps.ledger.decided(recordPermit(actor, permit, { rewrites, brings: examined.brings }))
  })
  push.clock.end('record')
  return decision
}

async function carryOut(engine: PushEngineState, push: PushInProgress, { prepared, decision }: { readonly prepared: PreparedPush; readonly decision: DecisionId }): Promise<PushOutcome> {
  const { deps } = engine
  const { permit, state, workspace, examined } = prepared
  const { answer, clock, request } = push
  answer.begin('sending it to the forge')
  // The client may go away from here on: what has been sent is seen to its end.
  const signal = AbortSignal.timeout(request.permit.policy.settings.limits.time * 1000)
  const keys = permit.updates.map(({ ref }) => `${permit.repo.id} ${ref}`)
  const forwarded = await engine.locks.run(keys, () => forwardPush(deps, { permit, state, walk: workspace.walk, answer, signal }))
  clock.end('forward')
  const unrecorded = forwarded.settled ? await attempt(deps.ledger.finished(decision, recordEnd(forwarded.refs, 'request'))) : undefined
  clock.end('record')
  await answerForwarded(push, forwarded)
  clock.end('answer')
  const unadopted = await attempt(adopt(engine, push, { prepared, forwarded }))
  clock.end('adopt')
  const drained = await drain(engine, push)
  return { kind: 'forwarded', refs: forwarded.refs, rewrites: examined.facts.rewrites, ...faultOf(forwarded.fault ?? unrecorded ?? unadopted), stages: clock.times, drained }
}

/** Only what the forge has taken as a whole moves to the mirror; of a push that was refused in part, it is fetched again. */
async function adopt({ adoptions }: PushEngineState, { request }: PushInProgress, { prepared, forwarded }: { readonly prepared: PreparedPush; readonly forwarded: Forwarded }): Promise<void> {
  const { workspace, mirror, permit } = prepared
  const { quarantine, view } = workspace
  if (!forwarded.refs.every(({ result }) => result === 'accepted')) return
  const tips = permit.updates.filter(({ kind }) => kind !== 'delete').map(({ newId }) => newId)
  if (tips.length === 0) return
  const { id } = request.permit.repo
  const adoption = mirror.adopt({ view, objects: quarantine.objects.directory, tips })
  // The next push to this repository waits for it instead of fetching the same objects from the forge.
  const settled = adoption.then(undefined, () => undefined)
  adoptions.set(id, settled)
  await adoption.finally(() => {
    if (adoptions.get(id) === settled) adoptions.delete(id)
  })
}

/** Everything was judged as if it were to be sent. */
async function answerDryRun({ answer, wanted, clock }: PushInProgress, { examined }: PreparedPush): Promise<PushOutcome> {
  await answer.finish({ unpack: 'ok', refs: wanted.commands.map(({ name }) => ({ kind: 'ok', name, options: {} })) })
  return { kind: 'judged', rewrites: examined.facts.rewrites, stages: clock.times, drained: true }
}

async function refuse(engine: PushEngineState, push: PushInProgress, error: unknown): Promise<PushOutcome> {
  const { deps } = engine
  const { request, wanted, clock } = push
  // Whatever fails because the client left is told as that.
  const explained: ExplainedFault = explainFault(request.signal.aborted ? interrupted(request.signal) : error)
  await cleanUp(push)
  const denial = recordDenial(describeActor(request, 'push', deps.policyDigest), wanted.commands, push.state?.refs, explained.refusals)
  const unrecorded = wanted.dryRun === true ? undefined : await attempt(deps.ledger.decided(withoutCredentials(denial, deps.secrets())))
  clock.end('record')
  const drained = await drain(engine, push)
  if (request.signal.aborted) await push.answer.abandon()
  else await answerRefusal(push, explained.refusals)
  clock.end('answer')
  const codes = [...new Set(explained.refusals.map(({ code }) => code))]
  return { kind: 'refused', codes, ...faultOf(explained.fault ?? unrecorded), stages: clock.times, drained }
}

/** INVARIANT: a credential never leaves the gateway's memory, not even as the name of a ref that an agent wants to push. */
function withoutCredentials(denial: DecisionInput, secrets: LiveSecrets): DecisionInput {
  return { ...denial, refs: denial.refs.map((decided) => ({ ...decided, ref: secrets.mask(decided.ref) })) }
}

async function drain({ deps }: PushEngineState, { request, source }: PushInProgress): Promise<boolean> {
  if (request.signal.aborted) return false
  const { limits } = request.permit.policy.settings
  const deadline = deps.clock.now() + Math.min(DRAIN_MS, limits.time * 1000)
  return source.drain({ bytes: limits.pack, deadline, now: deps.clock.now })
}

async function cleanUp({ cleanups }: PushInProgress): Promise<void> {
  for (const put of cleanups.splice(0).toReversed()) await put()
}

function throwIfGone(signal: AbortSignal): void {
  if (signal.aborted) throw interrupted(signal)
}

function interrupted(signal: AbortSignal): RefwardError {
  return new RefwardError('RW_PUSH_INTERRUPTED', { detail: 'the client went away, or the gateway is stopping' }, { cause: signal.reason })
}

/** The error of something that must not change what the client is told any more. */
async function attempt(work: Promise<unknown>): Promise<unknown> {
  return work.then(() => undefined, (error: unknown) => error)
}

function faultOf(fault: unknown): Pick<Extract<PushEnd, { kind: 'forwarded' }>, 'fault'> {
  return fault === undefined ? {} : { fault }
}
