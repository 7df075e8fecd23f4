import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from './mirror-failure.ts'

const READ_BYTES = 512 * 1024
/** The checksum that ends a pack, and is its name. */
const TRAILER_BYTES = 20

/** The pack that the first fetch of a repository brought: everything that its wants reach, and nothing else. */
export interface FirstPack {
  /** Checksum of the pack, in hexadecimal. */
  readonly name: string
  readonly wants: ReadonlySet<string>
}

/** A pack is not what its name says. */
export class RottenPack extends Error {
  override readonly name: string = 'RottenPack'
}

/**
 * Opens a pack to be read as it lies. @param objects of a generation that is held. @returns undefined when it is not there any more: it was
 * joined with others, or everything began anew.
 */
export async function openPack(objects: string, name: string): Promise<FileHandle | undefined> {
  try {
    return await open(join(objects, 'pack', `pack-${name}.pack`), 'r')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/**
 * All bytes of a pack. INVARIANT: the last ones are given only when all of them are what the name says, so that a pack that has rotted
 * never looks whole.
 *
 * @throws RottenPack
 */
export async function* readPack(file: FileHandle, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  const { size } = await file.stat()
  const hash = createHash('sha1')
  let held: Uint8Array | undefined
  for (let position = 0; position < size; ) {
    const piece = await readAt(file, position, size)
    position += piece.length
    if (position < size) hash.update(piece)
    if (held !== undefined) yield held
    held = piece
  }
  if (held === undefined || held.length < TRAILER_BYTES) throw new RottenPack(`pack ${name} has ${size} bytes`)
  const end = held.length - TRAILER_BYTES
  const sum = hash.update(held.subarray(0, end)).digest('hex')
  if (sum !== name || Buffer.from(held.subarray(end)).toString('hex') !== name) throw new RottenPack(`pack ${name} is not what its name says`)
  yield held
}

/** The next piece. What is left at the end comes in one, so that the trailer is never cut in two. */
async function readAt(file: FileHandle, position: number, size: number): Promise<Uint8Array> {
  const rest = size - position
  const length = rest < READ_BYTES + TRAILER_BYTES ? rest : READ_BYTES
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, position)
  if (bytesRead === 0) throw new RottenPack('it was cut from outside')
  return buffer.subarray(0, bytesRead)
}
