import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { type Delta, renderDelta } from './deltas.ts'
import type { ObjectType, RawObject } from './objects.ts'

/** What may stand in a pack, true or not. */
export type PackEntry =
  | RawObject
  /** A difference to an entry before it: the last one, unless it says how many back. */
  | { readonly kind: 'ofs-delta'; readonly delta: Delta; readonly back?: number }
  /** A difference to an object that is named by its id, which may be here, on the other side, or nowhere. */
  | { readonly kind: 'ref-delta'; readonly base: string; readonly delta: Delta }
  /** An object that announces another size, or is compressed in another way. */
  | { readonly kind: 'lying'; readonly type: ObjectType; readonly announced: number; readonly deflated: Uint8Array }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }

export interface PackOptions {
  /** What the header says; the truth by default. */
  readonly count?: number
  readonly signature?: string
  readonly version?: number
  /** In place of the checksum. */
  readonly trailer?: Uint8Array
}

const TYPES: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 }
const OFS_DELTA = 6
const REF_DELTA = 7

/** A pack with exactly these entries in this order. */
export function renderPack(entries: readonly PackEntry[], options: PackOptions = {}): Buffer {
  const parts = [header(options, entries.length)]
  const offsets: number[] = []
  let position = 12
  for (const entry of entries) {
    const bytes = renderEntry(entry, (back) => position - (offsets.at(-back) ?? 0))
    offsets.push(position)
    parts.push(bytes)
    position += bytes.length
  }
  const body = Buffer.concat(parts)
  return Buffer.concat([body, options.trailer ?? createHash('sha1').update(body).digest()])
}

function header({ count, signature = 'PACK', version = 2 }: PackOptions, entries: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.write(signature, 0, 4, 'latin1')
  bytes.writeUInt32BE(version, 4)
  bytes.writeUInt32BE(count ?? entries, 8)
  return bytes
}

function renderEntry(entry: PackEntry, distance: (back: number) => number): Buffer {
  if (!('kind' in entry)) return Buffer.concat([entryHeader(TYPES[entry.type], entry.content.length), deflateSync(entry.content)])
  switch (entry.kind) {
    case 'ofs-delta': {
      const delta = renderDelta(entry.delta)
      return Buffer.concat([entryHeader(OFS_DELTA, delta.length), offset(distance(entry.back ?? 1)), deflateSync(delta)])
    }
    case 'ref-delta': {
      const delta = renderDelta(entry.delta)
      return Buffer.concat([entryHeader(REF_DELTA, delta.length), Buffer.from(entry.base, 'hex'), deflateSync(delta)])
    }
    case 'lying':
      return Buffer.concat([entryHeader(TYPES[entry.type], entry.announced), entry.deflated])
    case 'raw':
      return Buffer.from(entry.bytes)
  }
}

function entryHeader(type: number, size: number): Buffer {
  const bytes: number[] = []
  let byte = (type << 4) | size % 16
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80)
    byte = rest % 128
  }
  return Buffer.from([...bytes, byte])
}

function offset(distance: number): Buffer {
  const bytes = [distance % 128]
  for (let rest = Math.floor(distance / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest -= 1
    bytes.unshift(0x80 | rest % 128)
  }
  return Buffer.from(bytes)
}
