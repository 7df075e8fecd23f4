/** A repository of the fake, as its state is. */
export interface FakeRepository {
  id: number
  owner: string
  name: string
  /** Names of branches, and the ids of their commits. */
  readonly branches: Map<string, string>
  readonly objects: FakeObject[]
  readonly comments: FakeComment[]
  readonly reviews: FakeReview[]
  readonly runs: readonly FakeRun[]
}

/** A pull request or an issue: both are counted by one row of numbers. */
export interface FakeObject {
  readonly number: number
  readonly id: number
  readonly kind: 'pull' | 'issue'
  title: string
  body: string
  state: 'open' | 'closed'
  base: string
  head: string
  headId: string
  /** `owner/name` of the fork that the branch is one of. */
  readonly fork?: string
  readonly draft: boolean
  readonly author: string
  readonly createdAt: string
  merged: boolean
}

export interface FakeComment {
  readonly id: number
  readonly on: number
  readonly body: string
  readonly author: string
  readonly createdAt: string
}

export interface FakeReview extends FakeComment {
  readonly event: string
}

export interface FakeRun {
  readonly id: number
  readonly branch: string
  readonly conclusion: string
}

export const NOW = '2026-11-25T10:00:00Z'
