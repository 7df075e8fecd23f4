import { type DefaultBranch, type ForwardPermit, type RefsPermit, decideRefs } from '@refward/core-policy'
import type { Examined } from '../content/examine-push.ts'
import type { Mirror } from '../mirror/mirror-types.ts'
import { holdPack, readHeld } from './held-pack.ts'
import { judgePack, takeIn } from './judge-pack.ts'
import { type KnownHistory, findKnown } from './known-history.ts'
import type { Lifeline } from './lifeline.ts'
import { lookEarly } from './look-early.ts'
import { PushRefused, pushRefused } from './push-refused.ts'
import type { PushEngineState } from './push-engine.ts'
import type { PackBase, PushSource, PushVoice, SourcedPush, WantedPush } from './push-types.ts'
import { type UpstreamState, readUpstream } from './read-upstream.ts'
import type { StageClock } from './stage-clock.ts'
import { type Workspace, bringUpToDate, openWorkspace } from './workspace.ts'

/** As much as git itself holds in memory before it sends (http.postBuffer). */
const HELD_BYTES = 1024 * 1024

/** One push on its way. */
export interface PushInProgress {
  readonly request: Pick<SourcedPush, 'permit' | 'request' | 'signal'>
  readonly wanted: WantedPush
  readonly source: PushSource
  readonly answer: PushVoice
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
  const owned = await deps.ledger.ownedBranches(permit.subject.agent, permit.repo.id)
  const deciding = decideOnRefs(push, reading, owned)
  deciding.catch(() => undefined)
  const pack = await holdPack(push.source.pack(async () => describeBase(await opening, (await deciding).history)), HELD_BYTES)
  const defaultBranch = defaultBranches.get(permit.repo.id)
  const foresight = pack.kind === 'streamed' || expected === undefined || defaultBranch === undefined ? undefined : { listing: expected.listing, defaultBranch }
  const [{ state, refs, history }, look] = await settleBoth(deciding, lookEarly({ push, foresight, owned, opening, examine: (workspace, guessed, known) => takeIn(deps, push, { workspace, pack: readHeld(pack), refs: guessed, known }) }))
  defaultBranches.set(permit.repo.id, state.defaultBranch)
  push.clock.end('listing')
  const catchUp = (workspace: Workspace): Promise<Workspace> => keepWorkspace(push, bringUpToDate(deps, options, { workspace, state, history }))
  return { state, mirror, ...(await judgePack(deps, push, { mirror, refs, history, look, pack, early: await opening, catchUp, reopen })) }
}

interface RefsDecision {
  readonly state: UpstreamState
  readonly refs: RefsPermit
  readonly history: KnownHistory
}

async function decideOnRefs(push: PushInProgress, reading: Promise<UpstreamState>, owned: ReadonlySet<string>): Promise<RefsDecision> {
  const state = await reading
  push.state = state
  const refs = permitRefs(push, state, owned)
  return { state, refs, history: findKnown(state, push.request.permit, refs.updates) }
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
  if (wanted.atomic && commands.length > 1 && !state.listing.capabilities.atomic) {
    throw pushRefused('RW_PROTOCOL_MALFORMED', { rule: 'push.atomic' }, { detail: 'an atomic push was asked for, and the forge does not offer one' })
  }
  return decision.permit
}

function describeBase({ view }: Workspace, { shown }: KnownHistory): PackBase {
  return { gitDir: view.gitDir, tips: [...shown.intersection(view.tips)] }
}
