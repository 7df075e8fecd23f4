import type { AddedRouteCall } from './forge-change.ts'

/** Which pull requests or issues are asked for. */
export interface ObjectQuery {
  readonly state: 'open' | 'closed' | 'merged' | 'all'
  /** At most so many. */
  readonly limit: number
  readonly head?: string | undefined
  readonly base?: string | undefined
  readonly author?: string | undefined
  readonly labels: readonly string[]
  readonly draft?: boolean | undefined
}

export interface RunQuery {
  readonly limit: number
  readonly branch?: string | undefined
  readonly commit?: string | undefined
}

/** Something that is read of a forge, typed. */
export type ForgeRead =
  | { readonly kind: 'repository.view' }
  | { readonly kind: 'branch.list'; readonly limit: number }
  | { readonly kind: 'commit.list'; readonly limit: number; readonly branch: string | undefined }
  | { readonly kind: 'pull.list'; readonly query: ObjectQuery }
  | { readonly kind: 'pull.view'; readonly number: number }
  | { readonly kind: 'pull.diff'; readonly number: number }
  | { readonly kind: 'pull.checks'; readonly number: number }
  | { readonly kind: 'pull.comments'; readonly number: number; readonly limit: number }
  | { readonly kind: 'pull.line-comments'; readonly number: number; readonly limit: number }
  | { readonly kind: 'pull.reviews'; readonly number: number; readonly limit: number }
  | { readonly kind: 'issue.list'; readonly query: ObjectQuery }
  | { readonly kind: 'issue.view'; readonly number: number }
  | { readonly kind: 'issue.comments'; readonly number: number; readonly limit: number }
  | { readonly kind: 'run.list'; readonly query: RunQuery }
  | { readonly kind: 'run.view'; readonly id: number }
  | { readonly kind: 'route'; readonly call: AddedRouteCall }
