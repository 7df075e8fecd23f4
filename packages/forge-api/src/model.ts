// What forges have, in one form for all of them. Times are as the forge wrote them, in ISO 8601. Every text is the forge's own and untrusted.

/** A pull request, or GitLab's merge request. */
export interface Pull {
  readonly kind: 'pull'
  /** The forge's own id, which no other object ever has. */
  readonly id: string
  readonly number: number
  readonly title: string
  readonly body: string
  readonly state: 'open' | 'closed' | 'merged'
  readonly isDraft: boolean
  readonly author: string
  readonly base: string
  readonly head: PullHead
  readonly url: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly closedAt: string | undefined
  readonly mergedAt: string | undefined
  readonly labels: readonly string[]
  readonly assignees: readonly string[]
  readonly reviewers: readonly string[]
  readonly milestone: string | undefined
  readonly additions: number | undefined
  readonly deletions: number | undefined
  readonly changedFiles: number | undefined
  readonly isMergeable: boolean | undefined
}

export interface PullHead {
  readonly branch: string
  /** Id of the commit. */
  readonly id: string
  /** `owner/name`; undefined when it was deleted. */
  readonly repository: string | undefined
  readonly isSameRepository: boolean
}

export interface Issue {
  readonly kind: 'issue'
  readonly id: string
  readonly number: number
  readonly title: string
  readonly body: string
  readonly state: 'open' | 'closed'
  readonly author: string
  readonly url: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly closedAt: string | undefined
  readonly labels: readonly string[]
  readonly assignees: readonly string[]
  readonly milestone: string | undefined
  readonly comments: number
}

export interface Comment {
  readonly id: string
  readonly author: string
  readonly body: string
  readonly url: string
  readonly createdAt: string
  readonly updatedAt: string
}

export interface Review {
  readonly id: string
  readonly author: string
  readonly body: string
  readonly state: 'commented' | 'approved' | 'changes-requested' | 'dismissed' | 'pending'
  readonly commit: string
  readonly url: string
  readonly submittedAt: string | undefined
}

export interface LineRemark extends Comment {
  readonly path: string
  readonly line: number | undefined
  readonly commit: string
}

export interface Repository {
  readonly id: string
  readonly owner: string
  readonly name: string
  readonly description: string
  readonly url: string
  readonly defaultBranch: string
  readonly isPrivate: boolean
  readonly isArchived: boolean
  readonly isFork: boolean
  readonly createdAt: string | undefined
  readonly updatedAt: string | undefined
}

export interface Branch {
  readonly name: string
  readonly commit: string
  readonly isProtected: boolean
}

export interface Commit {
  readonly id: string
  readonly message: string
  readonly author: string
  readonly date: string
  readonly url: string
  readonly parents: readonly string[]
}

export interface Check {
  readonly name: string
  readonly state: 'pass' | 'fail' | 'pending' | 'skipping' | 'cancel'
  readonly description: string
  readonly url: string
  readonly startedAt: string | undefined
  readonly completedAt: string | undefined
}

export interface Run {
  readonly id: number
  readonly number: number
  readonly workflow: string
  readonly title: string
  readonly branch: string
  readonly event: string
  readonly status: string
  readonly conclusion: string
  readonly commit: string
  readonly url: string
  readonly createdAt: string
  readonly updatedAt: string
}
