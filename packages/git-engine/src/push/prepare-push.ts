import {
  type DefaultBranch,
  type ForwardPermit,
  type PushFacts,
  type RefsPermit,
  decideContent,
  decideRefs,
} from '@refward/core-policy'
import type { ReceivePackRequest } from '@refward/git-wire'
import { type Examined, examinePush } from '../content/examine-push.ts'
import { receivePack } from '../quarantine/receive-pack.ts'
import type { Mirror } from '../mirror/mirror-types.ts'
import { type HeldPack, holdPack, readHeld } from './held-pack.ts'
import { type KnownHistory, compareWith, findKnown } from './known-history.ts'
import type { Lifeline } from './lifeline.ts'
import { type EarlyLook, holdsFor, isConclusive, lookEarly } from './look-early.ts'
import { blameMirror } from './blame-mirror.ts'
import type { PushAnswer } from './push-answer.ts'
import type { PushBody } from './push-body.ts'
import { PushRefused, pushRefused } from './push-refused.ts'
import type { PushEngineState } from './push-engine.ts'
import type { PushDependencies, PushRequest } from './push-types.ts'
import { type UpstreamState, readUpstream } from './read-upstream.ts'
import type { StageClock } from './stage-clock.ts'
import { type Workspace, bringUpToDate, intakeLimits, openWorkspace } from './workspace.ts'

/** As much as git itself holds in memory before it sends (http.postBuffer). */
const HELD_BYTES = 1024 * 1024

/** One push on its way. */
export interface PushInProgress {
  readonly request: PushRequest
  readonly wanted: ReceivePackRequest
  readonly body: PushBody
  readonly answer: PushAnswer
  readonly clock: StageClock
  /** Follows the client until something is sent to the forge. */
  readonly lifeline: Lifeline
  /** What must be put away when the push ends, in whatever way; the last one first. */
  readonly cleanups: (() => Promise<void>)[]
  /** The forge's refs, once they have been read; a refusal is recorded with them. */
  state: UpstreamState | undefined
  /** While the pack is taken in, what goes wrong is told as git tells a bad pack. */
  unpacking: boolean
}

/** Everything decided, nothing sent. */
export interface PreparedPush {
  readonly permit: ForwardPermit
  readonly state: UpstreamState
  readonly mirror: Mirror
  readonly examined: Examined
  readonly workspace: Workspace
}

/** Design 5, steps 3 to 7: reads the forge's refs, decides on the refs, takes the pack in, looks at all of it, decides on that. */
export async function preparePush({ deps, ready, defaultBranches }: PushEngineState, push: PushInProgress): Promise<PreparedPush> {
  const { permit } = push.request
  const { signal } = push.lifeline
  const reading = readUpstream(deps, permit.repo, signal)
  // It is awaited below, unless something else fails first.
  reading.catch(() => undefined)
  const mirror = await deps.mirrors.mirror(permit.repo)
  const options = { mirror, limits: permit.policy.settings.limits, signal }
  const reopen = (): Promise<Workspace> => keepWorkspace(push, openWorkspace(deps, options))
  const expected = ready.take(permit, signal)
  const opening = expected === undefined ? reopen() : keepWorkspace(push, expected.workspace)
  const pack = await holdPack(push.body.pack(), HELD_BYTES)
  const owned = await deps.ledger.ownedBranches(permit.subject.agent, permit.repo.id)
  const defaultBranch = defaultBranches.get(permit.repo.id)
  const foresight = pack.kind === 'streamed' || expected === undefined || defaultBranch === undefined ? undefined : { listing: expected.listing, defaultBranch }
  const [state, look] = await settleBoth(reading, lookEarly({ push, foresight, owned, opening, examine: (workspace, refs, known) => takeIn(deps, push, { workspace, pack: readHeld(pack), refs, known }) }))
  push.state = state
  defaultBranches.set(permit.repo.id, state.defaultBranch)
  push.clock.end('listing')
  const refs = permitRefs(push, state, owned)
  const history = findKnown(state, permit, refs.updates)
  const catchUp = (workspace: Workspace): Promise<Workspace> => keepWorkspace(push, bringUpToDate(deps, options, { workspace, state, history }))
  return { state, mirror, ...(await judgePack(deps, push, { mirror, refs, history, look, pack, early: await opening, catchUp, reopen })) }
}

/** Puts a workspace away with the push, also when something else fails while it is being opened. */
async function keepWorkspace({ cleanups }: PushInProgress, opening: Promise<Workspace>): Promise<Workspace> {
  const closing = opening.then((workspace) => () => workspace.close(), () => () => Promise.resolve())
  cleanups.push(async () => (await closing)())
  return opening
}

/** Both results, when both are there: nobody else reads the body while one of them does. */
async function settleBoth<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([first, second])
  return [await first, await second]
}

function permitRefs({ request, wanted }: PushInProgress, state: UpstreamState, owned: ReadonlySet<string>): RefsPermit {
  const commands = wanted.commands.map(({ name, oldId, newId }) => ({ ref: name, oldId, newId }))
  const upstream: { readonly refs: UpstreamState['refs']; readonly defaultBranch: DefaultBranch } = state
  const decision = decideRefs(request.permit, { commands, upstream, owned })
  if (decision.kind === 'deny') throw new PushRefused(decision.refusals)
  if (wanted.capabilities.atomic && commands.length > 1 && !state.listing.capabilities.atomic) {
    throw pushRefused('RW_PROTOCOL_MALFORMED', { rule: 'push.atomic' }, { detail: 'an atomic push was asked for, and the forge does not offer one' })
  }
  return decision.permit
}

interface Judging {
  readonly mirror: Mirror
  readonly refs: RefsPermit
  readonly history: KnownHistory
  /** What was seen before the forge answered. */
  readonly look: EarlyLook
  readonly pack: HeldPack
  /** As the mirror was when the push came. */
  readonly early: Workspace
  /** Brings the mirror up to date; gives the same workspace when it was. */
  readonly catchUp: (workspace: Workspace) => Promise<Workspace>
  /** Another workspace, in place of one that was used. */
  readonly reopen: () => Promise<Workspace>
}

type Judged = Pick<PreparedPush, 'permit' | 'examined' | 'workspace'>

/**
 * Takes the pack in and decides on it. When others have pushed since the mirror was filled, a small pack is first judged with
 * what is here, which is nearly always enough: knowing less, git lists more as new, never less, so a permit holds. Only a
 * refusal could be wrong; then the mirror catches up and the same pack is judged once more.
 */
async function judgePack(deps: PushDependencies, push: PushInProgress, judging: Judging): Promise<Judged> {
  const { mirror, refs, history, look, pack, early, catchUp, reopen } = judging
  const judge = (workspace: Workspace, examined: Examined): Judged => {
    const decision = decideContent(refs, examined.facts)
    push.clock.end('content')
    if (decision.kind === 'deny') throw new PushRefused(decision.refusals)
    return { permit: decision.permit, examined, workspace }
  }
  const examine = async (workspace: Workspace): Promise<Judged> => {
    push.clock.end('mirror')
    const known = [...history.shown.intersection(workspace.view.tips)]
    const examined = await takeIn(deps, push, { workspace, pack: readHeld(pack), refs, known }).catch((error: unknown) => blameMirror(mirror, workspace.view, error))
    return judge(workspace, examined)
  }
  if (look.kind === 'examined' && isConclusive(look, refs.updates, history)) return judge(early, look.examined)
  const first = firstLook({ look, refs, history, early, pack }, judge, examine)
  if (first === undefined) return examine(await catchUp(look.kind === 'none' ? early : await reopen()))
  try {
    return await first()
  } catch (error) {
    if (push.lifeline.signal.aborted) throw error
    push.unpacking = false
    await early.close()
    return examine(await catchUp(await reopen()))
  }
}

/** A judgement with what is here, if that can be had. Its permit counts, its refusal does not. */
function firstLook(
  { look, refs, history, early, pack }: Pick<Judging, 'look' | 'refs' | 'history' | 'early' | 'pack'>,
  judge: (workspace: Workspace, examined: Examined) => Judged,
  examine: (workspace: Workspace) => Promise<Judged>,
): (() => Promise<Judged>) | undefined {
  if (look.kind === 'examined' && holdsFor(look, refs.updates, history)) return async () => judge(early, look.examined)
  const isFresh = look.kind === 'none' && pack.kind === 'whole'
  return isFresh && compareWith(history, early.view.tips) === 'some' ? () => examine(early) : undefined
}

interface TakingIn {
  readonly workspace: Workspace
  readonly pack: AsyncIterable<Uint8Array>
  readonly refs: RefsPermit
  readonly known: readonly string[]
}

async function takeIn(deps: PushDependencies, push: PushInProgress, { workspace, pack: sent, refs, known }: TakingIn): Promise<Examined> {
  if (refs.updates.every(({ kind }) => kind === 'delete')) return takeDeletions(deps, sent)
  const { request, clock, lifeline } = push
  const { limits, secrets } = request.permit.policy.settings
  const { quarantine, walk, view } = workspace
  push.unpacking = true
  const intake = receivePack({ quarantine, child: workspace.intake(), limits: intakeLimits(limits) }, sent)
  const [pack] = await Promise.all([intake, walk.exclude(known)])
  push.unpacking = false
  clock.end('receive')
  push.answer.begin('looking at what you push')
  return examinePush({
    git: deps.git,
    gitDir: view.gitDir,
    objects: quarantine.objects,
    walk,
    updates: refs.updates,
    known,
    sent: pack.objects,
    limits,
    scanner: deps.scanner(secrets.scanner),
    signal: lifeline.signal,
    now: deps.clock.now,
    onScanned: () => clock.end('scan'),
  })
}

/** Nothing comes with a deletion, and nothing may: the parser refuses bytes behind the commands. */
async function takeDeletions(deps: PushDependencies, sent: AsyncIterable<Uint8Array>): Promise<Examined> {
  for await (const _ of sent) throw pushRefused('RW_PACK_INVALID', { rule: 'pack.valid' }, { detail: 'a push that only deletes has no pack' })
  const objects = { count: 0, bytes: 0, largest: undefined, unreachable: undefined }
  const facts: PushFacts = {
    commits: [], changes: [], rewrites: new Set(), targets: new Map(), objects, gitlinks: [], symlinks: [], submodules: [],
    findings: [], ownCredentials: [], now: deps.clock.now(),
  }
  return { facts, brings: [] }
}
