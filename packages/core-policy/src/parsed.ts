import type { RefwardCode } from './errors/error-table.ts'

/** One thing that is wrong with an input: where (`path`, for instance `forges.gitea.url`), what, and what to do about it. */
export interface Problem {
  readonly code: RefwardCode
  readonly path: string
  /** Line of the file, from 1, where one is known. */
  readonly line?: number
  readonly message: string
  readonly hint?: string
}

/** The result of a parser: an expected failure is a value and lists every problem that was found. */
export type Parsed<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'error'; readonly problems: readonly Problem[] }
