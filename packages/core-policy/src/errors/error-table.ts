import { argumentErrors } from './table/argument-errors.ts'
import { contentErrors } from './table/content-errors.ts'
import { forgeErrors } from './table/forge-errors.ts'
import { gatewayErrors } from './table/gateway-errors.ts'
import { limitErrors } from './table/limit-errors.ts'
import { operatorErrors } from './table/operator-errors.ts'
import { refErrors } from './table/ref-errors.ts'
import { repositoryErrors } from './table/repository-errors.ts'
import { requestErrors } from './table/request-errors.ts'
import { sessionErrors } from './table/session-errors.ts'
import { shimErrors } from './table/shim-errors.ts'
import { upstreamErrors } from './table/upstream-errors.ts'
import { worktreeErrors } from './table/worktree-errors.ts'

/**
 * Every refusal and fault of Refward, in one place: design section 12 from which docs/reference/errors.md is generated.
 *
 * In `message` and `hint`, `{name}` is a value from outside and is quoted, `{name:text}` is a sentence and is escaped only,
 * `{name:bytes}` is a number of bytes written with its unit, `{name:command}` is a command that Refward made itself, of characters that no shell reads as anything.
 */
export const errorTable: typeof requestErrors &
  typeof argumentErrors &
  typeof sessionErrors &
  typeof repositoryErrors &
  typeof refErrors &
  typeof contentErrors &
  typeof limitErrors &
  typeof worktreeErrors &
  typeof upstreamErrors &
  typeof forgeErrors &
  typeof gatewayErrors &
  typeof operatorErrors &
  typeof shimErrors = {
  ...requestErrors,
  ...argumentErrors,
  ...sessionErrors,
  ...repositoryErrors,
  ...refErrors,
  ...contentErrors,
  ...limitErrors,
  ...worktreeErrors,
  ...upstreamErrors,
  ...forgeErrors,
  ...gatewayErrors,
  ...operatorErrors,
  ...shimErrors,
}

/** How one row of the table is made. */
export interface ErrorEntry {
  /** The HTTP status of an answer with this code (design section 12). */
  readonly status: number
  readonly title: string
  readonly message: string
  readonly hint: string
  /** For the reference page: what it means and why. */
  readonly doc: string
}

/** Every code there is; a closed union. */
export type RefwardCode = keyof typeof errorTable

type Placeholder<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Bare}:${string}` ? Bare : Name) | Placeholder<Rest>
  : never

/** The values that message and hint of a code need. */
export type ErrorValues<C extends RefwardCode> = {
  readonly [Name in Placeholder<(typeof errorTable)[C]['message']> | Placeholder<(typeof errorTable)[C]['hint']>]: string | number
}
