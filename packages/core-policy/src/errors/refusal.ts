import type { Problem } from '../parsed.ts'
import type { ErrorValues, RefwardCode } from './error-table.ts'
import { renderError } from './render-template.ts'

/** Why something was refused: the rule that did it, what is wrong, and what this agent can do about it. Safe to show as it is. */
export interface Refusal {
  readonly code: RefwardCode
  /** Stable name of the rule, as in the policy: `branches.protected[0]`. */
  readonly rule: string
  readonly message: string
  readonly hint: string
  /** The ref it is about, unescaped; without one it is about the whole push. */
  readonly ref?: string
}

/** Where a refusal comes from. */
export interface RefusalSource {
  readonly rule: string
  readonly ref?: string
}

/** A refusal with the words of the one table. */
export function createRefusal<C extends RefwardCode>(code: C, source: RefusalSource, values: ErrorValues<C>): Refusal {
  return { code, ...source, ...renderError(code, values) }
}

/** A problem with the words of the one table. */
export function createProblem<C extends RefwardCode>(code: C, path: string, values: ErrorValues<C>): Problem {
  return { code, path, ...renderError(code, values) }
}

/**
 * The lines that git shows behind `remote: `, without line ends: printable ASCII, no terminal sequence, whatever was pushed.
 */
export function renderRefusal(refusal: Pick<Refusal, 'code' | 'message' | 'hint'>): readonly string[] {
  return [`refward: ${refusal.message} (${refusal.code})`, `refward: ${refusal.hint}`]
}

/** The reason of an `ng` line of report-status: the code alone, so that it can be matched by programs. */
export function renderStatusReason(refusal: Pick<Refusal, 'code'>): string {
  return refusal.code
}
