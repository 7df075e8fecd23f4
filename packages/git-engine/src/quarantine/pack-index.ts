/** One object of a pack: its id, and where it begins in the file. */
export interface PackedObject {
  readonly id: string
  readonly offset: number
}

const MAGIC = 0xff744f63
const FANOUT_AT = 8
const IDS_AT = FANOUT_AT + 256 * 4
const ID_BYTES = 20
const CRC_BYTES = 4
const OFFSET_BYTES = 4
const TRAILER_BYTES = 40
const LARGE = 0x80000000

/**
 * Reads the index (version 2) that our own git wrote beside a pack. This is how Refward knows what a pack holds without
 * parsing the pack, whose bytes are the agent's.
 *
 * @returns undefined for anything else.
 */
export function parsePackIndex(bytes: Uint8Array): readonly PackedObject[] | undefined {
  const index = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (index.length < IDS_AT + TRAILER_BYTES) return undefined
  if (index.readUInt32BE(0) !== MAGIC || index.readUInt32BE(4) !== 2) return undefined
  const count = index.readUInt32BE(IDS_AT - 4)
  const offsetsAt = IDS_AT + count * (ID_BYTES + CRC_BYTES)
  const largeAt = offsetsAt + count * OFFSET_BYTES
  const large = (index.length - largeAt - TRAILER_BYTES) / 8
  if (large < 0 || !Number.isInteger(large)) return undefined
  const objects: PackedObject[] = []
  for (let at = 0; at < count; at += 1) {
    const offset = readOffset(index, offsetsAt + at * OFFSET_BYTES, { at: largeAt, count: large })
    if (offset === undefined) return undefined
    objects.push({ id: index.toString('hex', IDS_AT + at * ID_BYTES, IDS_AT + (at + 1) * ID_BYTES), offset })
  }
  return objects
}

/** Offsets from 2 GiB on stand in a table of their own. */
function readOffset(index: Buffer, position: number, large: { readonly at: number; readonly count: number }): number | undefined {
  const word = index.readUInt32BE(position)
  if (word < LARGE) return word
  const slot = word - LARGE
  return slot < large.count ? Number(index.readBigUInt64BE(large.at + slot * 8)) : undefined
}
