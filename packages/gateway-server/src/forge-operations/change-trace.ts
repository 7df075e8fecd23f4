import type { ForgeChange } from '@refward/core-policy'
import type { Comment, Issue, Pull, Review, Written } from '@refward/forge-api'

/** Something on a forge that a change may have left behind: what it would have been, and what it is now. */
export interface Trace {
  /** Each change that would leave this. */
  readonly changes: readonly ForgeChange[]
  readonly written: Written
  /** Of something that was made: by whom and when. */
  readonly made?: { readonly author: string; readonly at: string } | undefined
}

export function tracesOfPull(pull: Pull): readonly Trace[] {
  const { number, title, body, base, head, isDraft: draft, state, author, createdAt: at } = pull
  const written: Written = { kind: 'pull', pull }
  const titles = [title, ...(draft ? [withoutDraft(title)] : [])]
  return [
    { changes: head.isSameRepository ? titles.map((one) => ({ kind: 'pull.create', title: one, body, head: head.branch, base, draft })) : [], written, made: { author, at } },
    { changes: [...titles.flatMap((one) => subsets({ title: one, body, base })).map((part): ForgeChange => Object.assign({ kind: 'pull.edit', number } as const, part)), { kind: 'pull.draft', number, draft }], written },
    // A merged one is not what closing would have left.
    { changes: state === 'merged' ? [{ kind: 'pull.merge', number, method: 'merge', headId: head.id }] : [{ kind: 'pull.state', number, state }], written },
  ]
}

export function tracesOfIssue(issue: Issue): readonly Trace[] {
  const { number, title, body, state, author, createdAt: at } = issue
  const written: Written = { kind: 'issue', issue }
  return [
    { changes: [{ kind: 'issue.create', title, body }], written, made: { author, at } },
    { changes: [...subsets({ title, body }).map((part): ForgeChange => Object.assign({ kind: 'issue.edit', number } as const, part)), { kind: 'issue.state', number, state }], written },
  ]
}

export function traceOfComment(kind: 'pull.comment' | 'issue.comment', number: number, comment: Comment): Trace {
  return { changes: [{ kind, number, body: comment.body }], written: { kind: 'comment', comment }, made: { author: comment.author, at: comment.createdAt } }
}

/** GitLab has no reviews, and a comment stands for one. */
export function traceOfReview(number: number, review: Review): Trace {
  const { author, submittedAt: at = '' } = review
  return { changes: [{ kind: 'pull.review', number, body: review.body, comments: [] }], written: { kind: 'review', review }, made: { author, at } }
}

/** The mark of a draft stands in the title on some forges; a client did not write it. */
function withoutDraft(title: string): string {
  return title.replace(/^(?:WIP:|\[WIP\]|Draft:|\[Draft\]|\(Draft\))\s*/i, '')
}

/** An edit says only what it changes: which members those were cannot be seen. */
function subsets<T extends Readonly<Record<string, string>>>(members: T): readonly Partial<T>[] {
  let found: readonly Partial<T>[] = [{}]
  for (const [name, value] of Object.entries(members)) found = found.flatMap((one) => [one, { ...one, [name]: value }])
  return found.slice(1)
}
