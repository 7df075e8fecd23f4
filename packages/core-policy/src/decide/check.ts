import type { Refusal } from '../errors/refusal.ts'

/** What one rule says. A decision stops at the first refusal; an explanation asks every rule. */
export type CheckResult =
  /** The rule has nothing to say about this. */
  | { readonly kind: 'skip' }
  /** The rule lets it through. `grants` marks the rule that gives the right itself, where others only do not object. */
  | { readonly kind: 'pass'; readonly rule: string; readonly grants?: true }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }

/** One rule of a plane: a stable name, and what it says in a context. */
export interface Check<Context> {
  readonly id: string
  judge(context: Context): CheckResult
}

export const SKIP: CheckResult = { kind: 'skip' }

export function pass(rule: string): CheckResult {
  return { kind: 'pass', rule }
}

export function grant(rule: string): CheckResult {
  return { kind: 'pass', rule, grants: true }
}

export function refuse(refusal: Refusal): CheckResult {
  return { kind: 'refuse', refusal }
}
