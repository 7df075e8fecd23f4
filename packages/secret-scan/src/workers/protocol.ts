import type { RelativePlace } from '../run/line-tally.ts'
import type { Finding } from '../scanner.ts'

/** What a worker is started with. */
export interface WorkerSettings {
  readonly fingerprintKey: Uint8Array
}

/** Stretches of objects, one behind another in one buffer, which changes hands with the message and comes back with the answer. */
export interface ScanRequest {
  readonly buffer: ArrayBuffer
  readonly parts: readonly PartPlace[]
  /** The gateway's credentials, when they are not those of the request before. */
  readonly live?: readonly Uint8Array[]
}

export interface PartPlace {
  readonly start: number
  readonly end: number
  /** Offsets in the buffer. */
  readonly ownedStart: number
  readonly ownedEnd: number
}

export interface ScanAnswer {
  readonly buffer: ArrayBuffer
  /** One for each part, in order: from the first to behind the last byte that it owns. */
  readonly extents: readonly RelativePlace[]
  readonly matches: readonly PartMatch[]
  /** A part had more matches than are told. */
  readonly isCut: boolean
}

/** A finding without what only the sender of the part knows. */
export interface PartMatch extends Pick<Finding, 'rule' | 'title' | 'encodings' | 'fingerprint' | 'excerpt'> {
  readonly part: number
  /** Counted from the first owned byte. */
  readonly place: RelativePlace
}
