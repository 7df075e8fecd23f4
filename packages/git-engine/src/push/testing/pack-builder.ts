import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'

/** An object of a pack that no git would write. */
export type PackEntry =
  | { readonly kind: 'object'; readonly type: 'commit' | 'tree' | 'blob' | 'tag'; readonly content: Uint8Array | string }
  /** A difference to the entry before it. */
  | { readonly kind: 'delta'; readonly baseSize: number; readonly size: number; readonly instructions: Uint8Array }

const TYPES = { commit: 1, tree: 2, blob: 3, tag: 4 } as const
const OFFSET_DELTA = 6

/** A pack with exactly these entries, its header as given or as true. */
export function buildPack(entries: readonly PackEntry[], announced: number = entries.length): Buffer {
  const header = Buffer.alloc(12)
  header.write('PACK')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(announced, 8)
  const parts: Buffer[] = [header]
  let position = header.length
  let previous = position
  for (const entry of entries) {
    const bytes = encodeEntry(entry, position - previous)
    parts.push(bytes)
    previous = position
    position += bytes.length
  }
  const body = Buffer.concat(parts)
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}

/** The id that git gives to an object. */
export function objectId(type: string, content: Uint8Array | string): string {
  const bytes = Buffer.from(content)
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
}

/** Copies `size` bytes from `offset` of the base. */
export function copyInstruction(offset: number, size: number): Buffer {
  const bytes = [0x80]
  for (const [bit, shift] of [0, 8, 16, 24].entries()) if ((offset >> shift) & 255) add(bytes, 1 << bit, (offset >> shift) & 255)
  for (const [bit, shift] of [0, 8, 16].entries()) if ((size >> shift) & 255) add(bytes, 16 << bit, (size >> shift) & 255)
  return Buffer.from(bytes)
}

function add(bytes: number[], flag: number, value: number): void {
  bytes[0] = (bytes[0] ?? 0) | flag
  bytes.push(value)
}

function encodeEntry(entry: PackEntry, distance: number): Buffer {
  if (entry.kind === 'object') {
    const content = Buffer.from(entry.content)
    return Buffer.concat([entryHeader(TYPES[entry.type], content.length), deflateSync(content)])
  }
  const delta = Buffer.concat([varint(entry.baseSize), varint(entry.size), entry.instructions])
  return Buffer.concat([entryHeader(OFFSET_DELTA, delta.length), offset(distance), deflateSync(delta)])
}

function entryHeader(type: number, size: number): Buffer {
  const bytes = []
  let byte = (type << 4) | (size & 15)
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80)
    byte = rest & 0x7f
  }
  return Buffer.from([...bytes, byte])
}

function varint(value: number): Buffer {
  const bytes = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}

function offset(distance: number): Buffer {
  const bytes = [distance & 0x7f]
  for (let rest = distance >> 7; rest > 0; rest >>= 7) {
    rest -= 1
    bytes.unshift(0x80 | (rest & 0x7f))
  }
  return Buffer.from(bytes)
}
