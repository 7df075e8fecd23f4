import type { IncompleteReason } from '../scanner.ts'

/** Ends a scan before it has seen everything. Thrown inside this package only; a scanner answers it as an incomplete report. */
export class ScanStop extends Error {
  readonly reason: IncompleteReason

  /** @param detail one printable line without input bytes */
  constructor(reason: IncompleteReason, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'ScanStop'
    this.reason = reason
  }
}
