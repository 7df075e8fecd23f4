import type { RepositoryPolicy } from '../config/compile-policy.ts'
import type { AgentName } from '../ids/names.ts'
import { ZERO_ID } from '../ids/object-id.ts'
import type { ObjectId, ZeroId } from '../ids/object-id.ts'
import type { RefCommand, RefsFacts } from './facts.ts'
import type { ReceivePermit } from './permits.ts'
import type { PushedRefs } from './pushed-refs.ts'
import { findOwnership, placeRef } from './ref-rules.ts'
import type { RefPlace } from './ref-rules.ts'

/** All that a ref rule may look at. */
export interface RefContext {
  readonly receive: ReceivePermit
  readonly policy: RepositoryPolicy
  readonly agent: AgentName
  readonly facts: RefsFacts
  readonly pushed: PushedRefs
  readonly command: RefCommand
  readonly ref: string
  readonly place: RefPlace
  /** The upstream's value. INVARIANT: what happens to a ref is derived from it, never from the client's claim. */
  readonly oldId: ObjectId | ZeroId
  readonly action: 'create' | 'update' | 'delete'
  /** The rule by which the ref is the agent's, or undefined. */
  readonly ownedBy: string | undefined
}

export function createRefContext(receive: ReceivePermit, facts: RefsFacts, pushed: PushedRefs, command: RefCommand): RefContext {
  const { policy } = receive
  const { agent } = receive.subject
  const oldId = facts.upstream.refs.idOf(command.ref)
  return {
    receive,
    policy,
    agent,
    facts,
    pushed,
    command,
    ref: command.ref,
    place: placeRef(command.ref),
    oldId,
    action: command.newId === ZERO_ID ? 'delete' : oldId === ZERO_ID ? 'create' : 'update',
    ownedBy: findOwnership(policy, command.ref, agent, facts.owned),
  }
}
