import { type PushFacts, type RefsPermit, createRefusal, decideContent } from '@refward/core-policy'
import { type Examined, examinePush } from '../content/examine-push.ts'
import type { Mirror } from '../mirror/mirror-types.ts'
import { receivePack } from '../quarantine/receive-pack.ts'
import { blameMirror } from './blame-mirror.ts'
import { type HeldPack, readHeld } from './held-pack.ts'
import { type KnownHistory, compareWith } from './known-history.ts'
import { type EarlyLook, holdsFor, isConclusive } from './look-early.ts'
import type { PreparedPush, PushInProgress } from './prepare-push.ts'
import { PushRefused, pushRefused } from './push-refused.ts'
import type { PushDependencies, WantedPush } from './push-types.ts'
import { type Workspace, intakeLimits } from './workspace.ts'

export interface Judging {
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
export async function judgePack(deps: PushDependencies, push: PushInProgress, judging: Judging): Promise<Judged> {
  const { mirror, refs, history, look, pack, early, catchUp, reopen } = judging
  const judge = (workspace: Workspace, examined: Examined): Judged => {
    refuseBackward(push.wanted, examined.facts)
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

/** What the client itself did not want to do, whatever it may. */
function refuseBackward({ onlyForward = new Set() }: WantedPush, { rewrites }: PushFacts): void {
  const refusals = [...onlyForward.intersection(rewrites)].map((ref) => createRefusal('RW_PUSH_NOT_FORWARD', { rule: 'push.force', ref }, { ref }))
  if (refusals.length > 0) throw new PushRefused(refusals)
}

export interface TakingIn {
  readonly workspace: Workspace
  readonly pack: AsyncIterable<Uint8Array>
  readonly refs: RefsPermit
  readonly known: readonly string[]
}

export async function takeIn(deps: PushDependencies, push: PushInProgress, { workspace, pack: sent, refs, known }: TakingIn): Promise<Examined> {
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
