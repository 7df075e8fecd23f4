import { Readable } from 'node:stream'
import {
  type DefaultBranch,
  type ForwardPermit,
  type PushFacts,
  type RefsPermit,
  createRefusal,
  decideContent,
  decideRefs,
} from '@refward/core-policy'
import { type Examined, examinePush } from '../content/examine-push.ts'
import { receivePack } from '../quarantine/receive-pack.ts'
import type { Mirror } from '../mirror/mirror-types.ts'
import { holdPack } from './held-pack.ts'
import { type KnownHistory, compareWith, findKnown } from './known-history.ts'
import type { Lifeline } from './lifeline.ts'
import { blameMirror } from './blame-mirror.ts'
import { PushRefused, pushRefused } from './push-refused.ts'
import type { PackBase, PushDependencies, PushSource, PushVoice, SourcedPush, WantedPush } from './push-types.ts'
import { type UpstreamState, readUpstream } from './read-upstream.ts'
import type { StageClock } from './stage-clock.ts'
import { type Workspace, bringUpToDate, intakeLimits, openWorkspace } from './workspace.ts'

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
export async function preparePush(deps: PushDependencies, push: PushInProgress): Promise<PreparedPush> {
  const { permit } = push.request
  const { signal } = push.lifeline
  const mirror = await deps.mirrors.mirror(permit.repo)
  const options = { mirror, limits: permit.policy.settings.limits, signal }
  const [state, owned, early] = await Promise.all([
    readUpstream(deps, permit.repo, signal),
    deps.ledger.ownedBranches(permit.subject.agent, permit.repo.id),
    keepWorkspace(push, openWorkspace(deps, options)),
  ])
  push.state = state
  push.clock.end('listing')
  const refs = permitRefs(push, state, owned)
  const history = findKnown(state, permit, refs.updates)
  const catchUp = (workspace: Workspace): Promise<Workspace> => keepWorkspace(push, bringUpToDate(deps, options, { workspace, state, history }))
  const reopen = (): Promise<Workspace> => keepWorkspace(push, openWorkspace(deps, options))
  return { state, mirror, ...(await judgePack(deps, push, { mirror, refs, history, early, catchUp, reopen })) }
}

/** Puts a workspace away with the push, also when something else fails while it is being opened. */
async function keepWorkspace({ cleanups }: PushInProgress, opening: Promise<Workspace>): Promise<Workspace> {
  cleanups.push(() => opening.then((workspace) => workspace.close(), () => undefined))
  return opening
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

interface Judging {
  readonly mirror: Mirror
  readonly refs: RefsPermit
  readonly history: KnownHistory
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
async function judgePack(deps: PushDependencies, push: PushInProgress, { mirror, refs, history, early, catchUp, reopen }: Judging): Promise<Judged> {
  const judge = async (workspace: Workspace, pack: AsyncIterable<Uint8Array>): Promise<Judged> => {
    push.clock.end('mirror')
    const known = [...history.shown.intersection(workspace.view.tips)]
    const examined = await takeIn(deps, push, { workspace, pack, refs, known }).catch((error: unknown) => blameMirror(mirror, workspace.view, error))
    refuseBackward(push.wanted, examined.facts)
    const decision = decideContent(refs, examined.facts)
    push.clock.end('content')
    if (decision.kind === 'deny') throw new PushRefused(decision.refusals)
    return { permit: decision.permit, examined, workspace }
  }
  const pack = push.source.pack(describeBase(early, history))
  if (compareWith(history, early.view.tips) !== 'some') return judge(await catchUp(early), pack)
  const held = await holdPack(pack, HELD_BYTES)
  if (held.kind === 'streamed') return judge(await catchUp(early), held.pack)
  try {
    return await judge(early, Readable.from(held.pieces))
  } catch (error) {
    if (push.lifeline.signal.aborted) throw error
    push.unpacking = false
    await early.close()
    return judge(await catchUp(await reopen()), Readable.from(held.pieces))
  }
}

function describeBase({ view }: Workspace, { shown }: KnownHistory): PackBase {
  return { gitDir: view.gitDir, tips: [...shown.intersection(view.tips)] }
}

/** What the client itself did not want to do, whatever it may. */
function refuseBackward({ onlyForward = new Set() }: WantedPush, { rewrites }: PushFacts): void {
  const refusals = [...onlyForward.intersection(rewrites)].map((ref) => createRefusal('RW_PUSH_NOT_FORWARD', { rule: 'push.force', ref }, { ref }))
  if (refusals.length > 0) throw new PushRefused(refusals)
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
  const intake = receivePack(deps.git, { quarantine, gitDir: view.gitDir, limits: intakeLimits(limits), signal: lifeline.signal }, sent)
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
