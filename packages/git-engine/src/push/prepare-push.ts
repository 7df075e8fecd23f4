import {
  type DefaultBranch,
  type ForwardPermit,
  type PushFacts,
  type RefsPermit,
  type RepositoryLimits,
  decideContent,
  decideRefs,
} from '@refward/core-policy'
import type { ReceivePackRequest } from '@refward/git-wire'
import { type Examined, examinePush } from '../content/examine-push.ts'
import { ObjectWalk } from '../content/object-walk.ts'
import { allocationLimit, receivePack } from '../quarantine/receive-pack.ts'
import type { Quarantine } from '../quarantine/quarantine.ts'
import { type KnownHistory, openKnown } from './open-known.ts'
import type { Lifeline } from './lifeline.ts'
import type { PushAnswer } from './push-answer.ts'
import type { PushBody } from './push-body.ts'
import { PushRefused, pushRefused } from './push-refused.ts'
import type { PushDependencies, PushRequest } from './push-types.ts'
import { type UpstreamState, readUpstream } from './read-upstream.ts'
import type { StageClock } from './stage-clock.ts'

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
  readonly history: KnownHistory
  readonly facts: Pick<PushFacts, 'rewrites'>
  readonly brings: Examined['brings']
  readonly quarantine: Quarantine | undefined
  readonly walk: ObjectWalk | undefined
}

/** Design 5, steps 3 to 7: reads the forge's refs, decides on the refs, takes the pack in, looks at all of it, decides on that. */
export async function preparePush(deps: PushDependencies, push: PushInProgress): Promise<PreparedPush> {
  const { permit } = push.request
  const { signal } = push.lifeline
  const [state, owned, mirror] = await Promise.all([
    readUpstream(deps, permit.repo, signal),
    deps.ledger.ownedBranches(permit.subject.agent, permit.repo.id),
    deps.mirrors.mirror(permit.repo),
  ])
  push.state = state
  push.clock.end('listing')
  const refs = permitRefs(push, state, owned)
  const history = await openKnown(mirror, { permit, state, updates: refs.updates }, signal)
  push.cleanups.push(async () => history.view.release())
  push.clock.end('mirror')
  const taken = await takeIn(deps, push, { state, history, refs })
  const decision = decideContent(refs, taken.facts)
  push.clock.end('content')
  if (decision.kind === 'deny') throw new PushRefused(decision.refusals)
  return { permit: decision.permit, state, history, ...taken }
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

type Taken = Pick<PreparedPush, 'brings' | 'quarantine' | 'walk'> & { readonly facts: PushFacts }

interface TakingIn {
  readonly state: UpstreamState
  readonly history: KnownHistory
  readonly refs: RefsPermit
}

async function takeIn(deps: PushDependencies, push: PushInProgress, into: TakingIn): Promise<Taken> {
  if (into.refs.updates.every(({ kind }) => kind === 'delete')) return takeDeletions(deps, push)
  const { request, clock, cleanups, lifeline } = push
  const { limits } = request.permit.policy.settings
  const { gitDir, objects } = into.history.view
  push.unpacking = true
  const quarantine = await deps.quarantines.create(objects)
  cleanups.push(quarantine.remove)
  // Git's judge of the pack first; the others start while it reads.
  const intake = receivePack(deps.git, { quarantine, gitDir, limits: intakeLimits(limits), signal: lifeline.signal }, push.body.pack())
  const walk = startWalk(deps, push, { quarantine, into })
  cleanups.push(() => walk.stop())
  const [pack] = await Promise.all([intake, walk.exclude(into.history.known)])
  push.unpacking = false
  clock.end('receive')
  push.answer.begin('looking at what you push')
  const examined = await examinePush({
    git: deps.git, gitDir, objects: quarantine.objects, walk, updates: into.refs.updates, known: into.history.known, sent: pack.objects,
    limits, scanner: deps.scanner(request.permit.policy.settings.secrets.scanner), signal: lifeline.signal,
    now: deps.clock.now, onScanned: () => clock.end('scan'),
  })
  return { ...examined, quarantine, walk }
}

/** Nothing comes with a deletion, and nothing may: the parser refuses bytes behind the commands. */
async function takeDeletions(deps: PushDependencies, push: PushInProgress): Promise<Taken> {
  for await (const _ of push.body.pack()) throw pushRefused('RW_PACK_INVALID', { rule: 'pack.valid' }, { detail: 'a push that only deletes has no pack' })
  const objects = { count: 0, bytes: 0, largest: undefined, unreachable: undefined }
  const facts: PushFacts = {
    commits: [], changes: [], rewrites: new Set(), targets: new Map(), objects, gitlinks: [], symlinks: [], submodules: [],
    findings: [], ownCredentials: [], now: deps.clock.now(),
  }
  return { facts, brings: [], quarantine: undefined, walk: undefined }
}

function startWalk(deps: PushDependencies, { request, lifeline }: PushInProgress, { quarantine, into }: { readonly quarantine: Quarantine; readonly into: TakingIn }): ObjectWalk {
  const { limits } = request.permit.policy.settings
  return new ObjectWalk(deps.git, {
    gitDir: into.history.view.gitDir,
    objects: quarantine.objects,
    // It is there from the first byte of the pack until the last one is sent on.
    timeMs: 3 * limits.time * 1000,
    allocationLimitBytes: allocationLimitOf(limits),
    maxChanges: limits.changes,
    offsetDeltas: into.state.listing.capabilities.ofsDelta,
    signal: lifeline.signal,
  })
}

/** Bytes that a git child may take in one piece while it handles objects under these limits. */
export function allocationLimitOf(limits: RepositoryLimits): number {
  return allocationLimit(intakeLimits(limits))
}

function intakeLimits(limits: RepositoryLimits): { readonly packBytes: number; readonly objects: number; readonly objectBytes: number; readonly timeMs: number } {
  return { packBytes: limits.pack, objects: limits.objects, objectBytes: limits.object, timeMs: limits.time * 1000 }
}
