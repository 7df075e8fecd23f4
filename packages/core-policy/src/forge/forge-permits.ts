import type { RepositoryPolicy } from '../config/compile-policy.ts'
import type { Subject } from '../config/config.ts'
import { RefwardError } from '../errors/refward-error.ts'
import type { RepoRef } from '../ids/repo-id.ts'
import type { ForgeObjectFact } from './forge-facts.ts'
import type { ForgeChange } from './forge-change.ts'

/** This session may read the pull requests, issues and runs of this repository. */
export class ForgeReadPermit {
  readonly #rules: RepositoryPolicy
  readonly subject: Subject
  /** The rule that gave the right. */
  readonly rule: string

  constructor(rules: RepositoryPolicy, subject: Subject, rule: string) {
    this.#rules = rules
    this.subject = subject
    this.rule = rule
  }

  get repo(): RepoRef {
    return this.#rules.repo
  }

  get policy(): RepositoryPolicy {
    return this.#rules
  }

  /** Whether the session is shown a branch. */
  showsBranch(branch: string): boolean {
    return this.#rules.shows(`refs/heads/${branch}`, this.subject.agent)
  }

  /** A pull request shows what is on its branches: it is shown when these are. The branch of a fork is none of this repository. */
  showsObject({ head, base }: Pick<ForgeObjectFact, 'head' | 'base'>): boolean {
    const headShown = head === undefined || !head.isSameRepository || this.showsBranch(head.branch)
    return headShown && (base === undefined || this.showsBranch(base))
  }
}

/** This session may do this kind of thing on the forge, subject to what it is done to and what is written. */
export class ForgeIntentPermit {
  readonly #read: ForgeReadPermit
  readonly change: ForgeChange
  readonly rule: string

  constructor(read: ForgeReadPermit, change: ForgeChange, rule: string) {
    this.#read = read
    this.change = change
    this.rule = rule
  }

  get repo(): RepoRef {
    return this.#read.repo
  }

  get subject(): Subject {
    return this.#read.subject
  }

  get policy(): RepositoryPolicy {
    return this.#read.policy
  }

  get reading(): ForgeReadPermit {
    return this.#read
  }
}

/** Exactly this change may be sent to the forge, once. */
export class ForgeWritePermit {
  readonly #intent: ForgeIntentPermit
  /** Every rule that took part. */
  readonly rules: readonly string[]
  #spent = false

  constructor(intent: ForgeIntentPermit, rules: readonly string[]) {
    this.#intent = intent
    this.rules = rules
  }

  get repo(): RepoRef {
    return this.#intent.repo
  }

  get subject(): Subject {
    return this.#intent.subject
  }

  get policy(): RepositoryPolicy {
    return this.#intent.policy
  }

  /** What was decided on; it is sent by `spend` alone. */
  get change(): ForgeChange {
    return this.#intent.change
  }

  /**
   * Takes the change out; called by the forge's client right before it sends.
   * INVARIANT: a decision is used once. A second call throws, so that no retry can write on an old decision.
   */
  spend(): ForgeChange {
    if (this.#spent) throw new RefwardError('RW_INTERNAL', {}, { cause: new Error('a forge permit was used twice') })
    this.#spent = true
    return this.#intent.change
  }
}
