import type { MergeMethod } from '../forge/forge-change.ts'
import type { ObjectQuery, RunQuery } from '../forge/forge-query.ts'
import type { WrittenApiCall } from '../forge/parse-api-call.ts'
import type { Selector } from './gh-types.ts'

/** How an answer is shown. */
export interface GhOutput {
  /** Fields of JSON; undefined for the form that gh has for people and scripts. */
  readonly fields: readonly string[] | undefined
  readonly jq: string | undefined
}

/** A repository that was named with -R. */
export interface GhRepo {
  readonly host: string | undefined
  readonly path: string
}

/** One command of gh, read. `select` is undefined for the pull request of the current branch. */
export type GhOperation =
  | { readonly kind: 'pr.create'; readonly title: string; readonly body: string; readonly head: string | undefined; readonly base: string | undefined; readonly draft: boolean }
  | { readonly kind: 'pr.list'; readonly query: ObjectQuery }
  | { readonly kind: 'pr.view'; readonly select: Selector | undefined; readonly comments: boolean }
  | { readonly kind: 'pr.diff'; readonly select: Selector | undefined; readonly nameOnly: boolean }
  | { readonly kind: 'pr.checks'; readonly select: Selector | undefined }
  | { readonly kind: 'pr.status' }
  | { readonly kind: 'pr.comment'; readonly select: Selector | undefined; readonly body: string }
  | { readonly kind: 'pr.edit'; readonly select: Selector | undefined; readonly title: string | undefined; readonly body: string | undefined; readonly base: string | undefined }
  | { readonly kind: 'pr.state'; readonly select: Selector; readonly state: 'open' | 'closed'; readonly comment: string | undefined }
  | { readonly kind: 'pr.ready'; readonly select: Selector | undefined; readonly draft: boolean }
  | { readonly kind: 'pr.review'; readonly select: Selector | undefined; readonly body: string }
  | { readonly kind: 'pr.merge'; readonly select: Selector | undefined; readonly method: MergeMethod }
  | { readonly kind: 'issue.create'; readonly title: string; readonly body: string }
  | { readonly kind: 'issue.list'; readonly query: ObjectQuery }
  | { readonly kind: 'issue.view'; readonly select: Selector; readonly comments: boolean }
  | { readonly kind: 'issue.comment'; readonly select: Selector; readonly body: string }
  | { readonly kind: 'issue.edit'; readonly select: Selector; readonly title: string | undefined; readonly body: string | undefined }
  | { readonly kind: 'issue.state'; readonly select: Selector; readonly state: 'open' | 'closed'; readonly reason: 'completed' | 'not planned' | undefined; readonly comment: string | undefined }
  | { readonly kind: 'repo.view' }
  | { readonly kind: 'run.list'; readonly query: RunQuery }
  | { readonly kind: 'run.view'; readonly id: number }
  | { readonly kind: 'auth.status' }
  | { readonly kind: 'api'; readonly call: WrittenApiCall; readonly paginate: boolean }

export interface GhCommand {
  readonly repo: GhRepo | undefined
  readonly output: GhOutput
  readonly operation: GhOperation
}
