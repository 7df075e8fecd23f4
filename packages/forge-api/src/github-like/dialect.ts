import type { ForgeChange, LineComment } from '@refward/core-policy'
import type { ApiCall, JsonValue, Query } from '../http/api-call.ts'
import type { ApiClient } from '../http/api-client.ts'
import type { Check, LineRemark, Pull } from '../model.ts'

/** One repository on one forge, as the parts of an API need it. */
export interface RepositoryApi {
  readonly client: ApiClient
  /** `/repos/acme/widget`. */
  readonly path: string
  readonly owner: string
  /** Entries that the forge gives at once at most. */
  readonly pageSize: number
}

/** Where Gitea and GitHub differ. */
export interface Dialect {
  readonly pageSize: number
  /** What the list of pull requests can be narrowed by on the forge itself; the rest is done here. */
  pullQuery(owner: string, head: string | undefined, base: string | undefined): Query
  /** Leaves pull requests out of a list of issues, where the forge can. */
  readonly issueQuery: Query
  diff(api: RepositoryApi, call: ApiCall, number: number): Promise<string>
  checks(api: RepositoryApi, call: ApiCall, headId: string): Promise<readonly Check[]>
  lineRemarks(api: RepositoryApi, call: ApiCall, number: number, limit: number): Promise<readonly LineRemark[]>
  createPull(change: Extract<ForgeChange, { kind: 'pull.create' }>): Readonly<Record<string, JsonValue>>
  setDraft(api: RepositoryApi, call: ApiCall, pull: Pull, draft: boolean): Promise<void>
  merge(api: RepositoryApi, call: ApiCall, change: Extract<ForgeChange, { kind: 'pull.merge' }>): Promise<void>
  lineComment(comment: LineComment): Readonly<Record<string, JsonValue>>
}
