import { type DefaultBranch, type RefUpdate, type RefsPermit, decideRefs } from '@refward/core-policy'
import type { PushListing } from '@refward/upstream'
import type { Examined } from '../content/examine-push.ts'
import { type KnownHistory, compareWith, findKnown } from './known-history.ts'
import { describeUpstream } from './read-upstream.ts'
import type { PushInProgress } from './prepare-push.ts'
import type { Workspace } from './workspace.ts'

/** How the forge was when this session asked for its refs, a moment ago. A guess at how it is now. */
interface Foresight {
  readonly listing: PushListing
  /** As the last push to this repository found it. */
  readonly defaultBranch: DefaultBranch
}

/** What a look at a push found before the forge had answered. */
export type EarlyLook =
  /** Nothing was looked at. The workspace is as it was. */
  | { readonly kind: 'none' }
  /** It led to nothing, and the workspace is used up. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'examined'; readonly examined: Examined; readonly updates: readonly RefUpdate[]; readonly known: ReadonlySet<string> }

export interface LookingEarly {
  readonly push: PushInProgress
  readonly foresight: Foresight | undefined
  /** Branches of this agent. */
  readonly owned: ReadonlySet<string>
  readonly opening: Promise<Workspace>
  readonly examine: (workspace: Workspace, refs: RefsPermit, known: readonly string[]) => Promise<Examined>
}

/**
 * Looks at a push while the forge is being asked for its refs, as if they still were as this session was told. INVARIANT: nothing is
 * decided by that: what was found counts only for the updates that the forge's answer allows, see {@link holdsFor}. What even the guess
 * would refuse is not looked at, so that nothing of it reaches the disk.
 */
export async function lookEarly({ push, foresight, owned, opening, examine }: LookingEarly): Promise<EarlyLook> {
  if (foresight === undefined) return { kind: 'none' }
  const { permit } = push.request
  const commands = push.wanted.commands.map(({ name, oldId, newId }) => ({ ref: name, oldId, newId }))
  const upstream = { ...describeUpstream(foresight.listing), defaultBranch: foresight.defaultBranch }
  const decision = decideRefs(permit, { commands, upstream, owned })
  if (decision.kind === 'deny') return { kind: 'none' }
  const { updates } = decision.permit
  const history = findKnown(foresight, permit, updates)
  try {
    const workspace = await opening
    if (compareWith(history, workspace.view.tips) === 'none') return { kind: 'none' }
    const known = history.shown.intersection(workspace.view.tips)
    return { kind: 'examined', examined: await examine(workspace, decision.permit, [...known]), updates, known }
  } catch {
    // Whatever it was, the look that follows meets it too, and tells it.
    return { kind: 'failed' }
  } finally {
    push.unpacking = false
  }
}

/**
 * Whether what an early look found is true of these updates: they are the same ones, and all that it took for known is known. Knowing
 * less than the forge shows, git lists more as new, never less.
 */
export function holdsFor(look: Extract<EarlyLook, { kind: 'examined' }>, updates: readonly RefUpdate[], history: KnownHistory): boolean {
  return look.known.isSubsetOf(history.shown) && updates.length === look.updates.length && updates.every((update, index) => isSame(update, look.updates[index]))
}

/** Whether a refusal for what it found would be true as well: it took all that the forge shows for known. */
export function isConclusive(look: Extract<EarlyLook, { kind: 'examined' }>, updates: readonly RefUpdate[], history: KnownHistory): boolean {
  return holdsFor(look, updates, history) && history.shown.isSubsetOf(look.known)
}

function isSame(a: RefUpdate, b: RefUpdate | undefined): boolean {
  return a.kind === b?.kind && a.ref === b.ref && a.oldId === b.oldId && a.newId === b.newId
}
