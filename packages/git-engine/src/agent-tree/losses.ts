/**
 * Something in a work tree that would be lost with it.
 *
 * - `commits`: a branch, tag or HEAD with commits that no ref of the forge reaches; `ref`: one that leads to another object which is not there
 * - `stash`, `operation`: stashed changes; a merge, rebase or bisection under way
 * - `changed`, `staged`, `untracked`: a file, by its path
 * - `repository`: a repository within it, or a further work tree of it, which is not looked into
 * - `unseen`: it cannot be shown that there is nothing, and why
 * - `session`: a live session that shares it
 */
export interface Loss {
  readonly kind: 'commits' | 'ref' | 'stash' | 'operation' | 'changed' | 'staged' | 'untracked' | 'repository' | 'unseen' | 'session'
  /** A ref, a path within the tree, or what else it is called. As it is there: it may hold anything. */
  readonly name: string
  readonly detail: string
  /** How many, where they could be counted. */
  readonly commits?: number
}

/** The first losses by name, and how many there are beyond. */
export class LossList {
  static readonly MOST = 200
  readonly #named: Loss[] = []
  #count = 0

  get named(): readonly Loss[] {
    return this.#named
  }

  get more(): number {
    return this.#count - this.#named.length
  }

  add(loss: Loss): void {
    this.#count += 1
    if (this.#named.length < LossList.MOST) this.#named.push(loss)
  }
}
