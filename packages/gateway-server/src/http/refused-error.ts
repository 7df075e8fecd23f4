import type { Decision, Refusal } from '@refward/core-policy'

/** A decision said no: thrown across the HTTP layer with the refusal's own words. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** The error of a denial; the first refusal tells it, and a denial has one. */
export function refusedBy(refusals: readonly Refusal[]): RefusedError {
  const [refusal] = refusals
  if (refusal === undefined) throw new Error('a denial without a refusal')
  return new RefusedError(refusal)
}

/** The permit, or the refusal thrown: for decisions about a request as a whole. */
export function requirePermit<P>(decision: Decision<P>): P {
  if (decision.kind === 'permit') return decision.permit
  throw refusedBy(decision.refusals)
}
