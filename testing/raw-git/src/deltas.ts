/** A difference to another object, as git's packs have it. */
export interface Delta {
  readonly baseSize: number
  readonly size: number
  readonly instructions: Uint8Array
}

const MOST_COPIED = 0xffffff
const MOST_INSERTED = 127

/** Copies bytes of the base, in as many instructions as that takes. */
export function copy(offset: number, size: number): Buffer {
  const parts: Buffer[] = []
  for (let done = 0; done < size; done += MOST_COPIED) parts.push(copyOnce(offset + done, Math.min(size - done, MOST_COPIED)))
  return Buffer.concat(parts)
}

/** Adds bytes of its own. */
export function insert(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content)
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += MOST_INSERTED) {
    const part = bytes.subarray(at, at + MOST_INSERTED)
    parts.push(Buffer.from([part.length]), part)
  }
  return Buffer.concat(parts)
}

/** The base twice: thirty of these make a gigabyte of a byte. */
export function doubling(baseSize: number): Delta {
  return { baseSize, size: baseSize * 2, instructions: Buffer.concat([copy(0, baseSize), copy(0, baseSize)]) }
}

/** The base with something behind it. */
export function appending(baseSize: number, content: string | Uint8Array): Delta {
  return { baseSize, size: baseSize + Buffer.byteLength(content), instructions: Buffer.concat([copy(0, baseSize), insert(content)]) }
}

export function renderDelta({ baseSize, size, instructions }: Delta): Buffer {
  return Buffer.concat([varint(baseSize), varint(size), instructions])
}

function copyOnce(offset: number, size: number): Buffer {
  const fields = [...bytesOf(offset, 4, 1), ...bytesOf(size, 3, 16)].filter(({ value }) => value !== 0)
  const flags = fields.reduce((sum, { flag }) => sum | flag, 0x80)
  return Buffer.from([flags, ...fields.map(({ value }) => value)])
}

function bytesOf(value: number, count: number, firstFlag: number): readonly { readonly flag: number; readonly value: number }[] {
  return Array.from({ length: count }, (_, index) => ({ flag: firstFlag << index, value: Math.floor(value / 256 ** index) % 256 }))
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return Buffer.from([...bytes, rest])
}
