import { RefwardError } from '@refward/core-policy'

/** An id that is not served: hidden, unknown or gone, which must all look the same. */
export class WantDenied extends RefwardError<'RW_WANT_DENIED'> {
  readonly id: string

  constructor(id: string) {
    super('RW_WANT_DENIED', { id })
    this.id = id
  }
}
