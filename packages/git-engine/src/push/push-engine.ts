import type { DefaultBranch, ReceivePermit, RepoId } from '@refward/core-policy'
import type { DecisionId } from '@refward/ledger'
import type { PushListing } from '@refward/upstream'
import { type DroppedTips, dropOldTips } from './kept-tips.ts'
import { KeyedLock } from './keyed-lock.ts'
import type { PushDependencies, PushOutcome, PushRequest, SourcedPush } from './push-types.ts'
import { ReadyWorkspaces } from './ready-workspaces.ts'
import { runPush, runSourcedPush } from './run-push.ts'
import { type SettledPush, settleOpenPushes } from './settle-pushes.ts'
import { type UndoOutcome, type UndoRequest, undoPush } from './undo-push.ts'

/** Everything that changes refs of a forge. */
export interface PushEngine {
  /** Makes ready what the push needs that a session is about to make: it is being told these refs. Costs it no time, never fails. */
  expect(permit: ReceivePermit, listing: PushListing): void
  /** Takes one push from its first byte to the end of its answer. */
  run(request: PushRequest): Promise<PushOutcome>
  /** The same for a push that does not come as git sends it: by the same rules, with objects from its own source. */
  runSourced(push: SourcedPush): Promise<PushOutcome>
  /** Brings back the old tip of a branch that was rewritten or deleted. */
  undo(request: UndoRequest): Promise<UndoOutcome>
  /**
   * Asks the forges what became of pushes that were permitted and not finished, and records it. At a start, and whenever an
   * answer was lost and could not be read back. Pushes that are under way are left alone.
   */
  settle(signal: AbortSignal): Promise<readonly SettledPush[]>
  /** Lets go of old tips that were kept earlier than this (milliseconds since 1970), with their objects. */
  dropTips(keptBefore: number): Promise<readonly DroppedTips[]>
  /** Puts away what was made ready and not used. */
  close(): Promise<void>
}

/** What the pushes of one gateway share. */
export interface PushEngineState {
  readonly deps: PushDependencies
  /** One push at a time for each ref, and one change at a time of what a repository keeps. */
  readonly locks: KeyedLock
  /** Decisions that are being carried out. */
  readonly running: Set<DecisionId>
  /** Objects that are moving to the mirror of a repository. */
  readonly adoptions: Map<string, Promise<void>>
  readonly ready: ReadyWorkspaces
  /** As the last push to each repository found it. */
  readonly defaultBranches: Map<RepoId, DefaultBranch>
}

export function createPushEngine(deps: PushDependencies): PushEngine {
  const adoptions = new Map<string, Promise<void>>()
  const ready = new ReadyWorkspaces(deps, (repo) => adoptions.get(repo.id))
  const state: PushEngineState = { deps, locks: new KeyedLock(), running: new Set(), adoptions, ready, defaultBranches: new Map() }
  return {
    expect: (permit, listing) => ready.expect(permit, listing),
    run: (request) => runPush(state, request),
    runSourced: (push) => runSourcedPush(state, push),
    undo: (request) => undoPush(state, request),
    settle: (signal) => settleOpenPushes(state, signal),
    dropTips: (keptBefore) => dropOldTips(state, keptBefore),
    close: () => ready.close(),
  }
}
