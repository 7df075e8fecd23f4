import { type ErrorValues, type Refusal, type RefusalSource, type RefwardCode, createRefusal } from '@refward/core-policy'

/**
 * Ends a push before anything of it reaches the upstream, with what the client is told and the ledger keeps. Thrown, because
 * several children work on a push at once and all of them end with it; caught in one place, `run-push.ts`.
 */
export class PushRefused extends Error {
  override readonly name: string = 'PushRefused'
  readonly refusals: readonly Refusal[]

  constructor(refusals: readonly Refusal[], options: { readonly cause?: unknown } = {}) {
    super(refusals.map(({ code }) => code).join(', '), options)
    this.refusals = refusals
  }
}

/** A refusal of the whole push with the words of the one table. */
export function pushRefused<C extends RefwardCode>(code: C, source: RefusalSource, values: ErrorValues<C>, cause?: unknown): PushRefused {
  return new PushRefused([createRefusal(code, source, values)], { cause })
}
