import type { ObjectQuery } from '@refward/core-policy'
import type { Query } from './http/api-call.ts'
import type { Pull } from './model.ts'

/** Whether a pull request is one of those that are asked for. A head is a branch of this repository: a fork's of the same name is another. */
export function matchesPull(pull: Pull, { state, head, base, author, labels, draft }: ObjectQuery): boolean {
  if (state === 'merged' && pull.state !== 'merged') return false
  if (head !== undefined && (pull.head.branch !== head || !pull.head.isSameRepository)) return false
  if (base !== undefined && pull.base !== base) return false
  if (draft !== undefined && pull.isDraft !== draft) return false
  if (author !== undefined && pull.author.toLowerCase() !== author.toLowerCase()) return false
  return labels.every((label) => pull.labels.includes(label))
}

export function withoutUndefined(query: Query): Query {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
}
