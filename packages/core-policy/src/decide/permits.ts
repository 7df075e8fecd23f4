import { RefwardError } from '../errors/refward-error.ts'
import type { Refusal } from '../errors/refusal.ts'
import type { RepoRef } from '../ids/repo-id.ts'
import type { RefName } from '../ids/ref-name.ts'
import type { Subject } from '../config/config.ts'
import type { RepositoryPolicy } from '../config/compile-policy.ts'
import type { RefUpdate } from './facts.ts'

/** What a decision says. A denial has at least one refusal. */
export type Decision<P> =
  | { readonly kind: 'permit'; readonly permit: P }
  | { readonly kind: 'deny'; readonly refusals: readonly Refusal[] }

// INVARIANT: a permit is made only in this package. The package exports these classes as types alone, and their private
// field makes them nominal, so that an object that merely looks like a permit does not type-check.

/** This session may read this repository. */
export class ReadPermit {
  readonly #rules: RepositoryPolicy
  readonly subject: Subject

  constructor(rules: RepositoryPolicy, subject: Subject) {
    this.#rules = rules
    this.subject = subject
  }

  get repo(): RepoRef {
    return this.#rules.repo
  }

  get policy(): RepositoryPolicy {
    return this.#rules
  }

  /** Whether the session is shown a ref. `HEAD` itself is shown when the branch that it names is: ask with that name. */
  shows(refName: string): boolean {
    return this.#rules.shows(refName, this.subject.agent)
  }
}

/** This session may push to this repository, subject to what it pushes. */
export class ReceivePermit {
  readonly #rules: RepositoryPolicy
  readonly subject: Subject

  constructor(rules: RepositoryPolicy, subject: Subject) {
    this.#rules = rules
    this.subject = subject
  }

  get repo(): RepoRef {
    return this.#rules.repo
  }

  /** The rules of this push from now on, also when the configuration is reloaded in its middle. */
  get policy(): RepositoryPolicy {
    return this.#rules
  }

  /** Whether the session is shown a ref in the push advertisement. */
  shows(refName: string): boolean {
    return this.#rules.shows(refName, this.subject.agent)
  }
}

/** These refs may be updated, subject to the content. */
export class RefsPermit {
  readonly #receive: ReceivePermit
  /** With the upstream's own old values. */
  readonly updates: readonly RefUpdate[]
  /** Refs that this agent made, as the decision knew them. */
  readonly owned: ReadonlySet<string>
  /** The rules that let each ref through, for the record. */
  readonly rules: ReadonlyMap<RefName, string>

  constructor(receive: ReceivePermit, updates: readonly RefUpdate[], owned: ReadonlySet<string>, rules: ReadonlyMap<RefName, string>) {
    this.#receive = receive
    this.updates = updates
    this.owned = owned
    this.rules = rules
  }

  get repo(): RepoRef {
    return this.#receive.repo
  }

  get subject(): Subject {
    return this.#receive.subject
  }

  get policy(): RepositoryPolicy {
    return this.#receive.policy
  }
}

/** Exactly these updates may be sent to the forge, once. */
export class ForwardPermit {
  readonly #refs: RefsPermit
  #spent = false

  constructor(refs: RefsPermit) {
    this.#refs = refs
  }

  get repo(): RepoRef {
    return this.#refs.repo
  }

  get subject(): Subject {
    return this.#refs.subject
  }

  get updates(): readonly RefUpdate[] {
    return this.#refs.updates
  }

  get rules(): ReadonlyMap<RefName, string> {
    return this.#refs.rules
  }

  /**
   * Takes the updates out; called by the transport right before it sends.
   * INVARIANT: a decision is used once. A second call throws, so that no retry can push on an old decision (CVE-2025-54585).
   */
  spend(): readonly RefUpdate[] {
    if (this.#spent) throw new RefwardError('RW_INTERNAL', {}, { cause: new Error('a forward permit was used twice') })
    this.#spent = true
    return this.#refs.updates
  }
}
