import type { RepoRef } from '@refward/core-policy'
import type { GitRuntime } from '../process/git-runtime.ts'
import type { MirrorLimits } from './index-incoming.ts'

/** Something that an operator may want to know about a mirror. */
export type MirrorEvent =
  | { readonly kind: 'fetched'; readonly repo: RepoRef; readonly cold: boolean; readonly milliseconds: number; readonly bytes: number }
  | { readonly kind: 'rebuilt'; readonly repo: RepoRef; readonly reason: string }
  | { readonly kind: 'maintained'; readonly repo: RepoRef; readonly milliseconds: number }
  | { readonly kind: 'maintenance-failed'; readonly repo: RepoRef; readonly error: unknown }
  | { readonly kind: 'evicted'; readonly bytes: number }

/** What a mirror needs of the gateway. */
export interface MirrorDependencies {
  readonly git: GitRuntime
  readonly limits: MirrorLimits
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** A name that has not been used before: `randomBytes(16).toString('hex')`. */
  readonly createName: () => string
  readonly report: (event: MirrorEvent) => void
  /** Called when something has been added. */
  readonly onGrowth: () => void
  /** Aborts when the gateway stops. */
  readonly signal: AbortSignal
}
