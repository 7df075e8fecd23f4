import { type Parsed, fail, ok } from './result.ts'
import { quote } from './text.ts'

/** What the first bytes of a pack claim. git decides whether it is true. */
export interface PackHeader {
  readonly version: 2 | 3
  readonly objects: number
}

/** Signature, version, number of objects: four bytes each. */
export const PACK_HEADER_LENGTH = 12

const SIGNATURE = 0x5041434b // "PACK"

/** Reads the header at the front of a pack. */
export function parsePackHeader(bytes: Uint8Array): Parsed<PackHeader> {
  if (bytes.length < PACK_HEADER_LENGTH) return fail('truncated', 'the pack ends inside its header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, PACK_HEADER_LENGTH)
  if (view.getUint32(0) !== SIGNATURE) return fail('pack-signature', `${quote(bytes.subarray(0, 4))} is not the signature of a pack`)
  const version = view.getUint32(4)
  if (version !== 2 && version !== 3) return fail('pack-version', `pack version ${version} is not known`)
  return ok({ version, objects: view.getUint32(8) })
}
