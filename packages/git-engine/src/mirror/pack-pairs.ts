import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const ID_BYTES = 20

/**
 * Whether each pack is there with its index, and ends as the index says. It costs two short reads a pack, and finds what a crash,
 * a full disk or a careless hand leaves behind. What changed in the middle is found by the daily check.
 */
export async function packsMatchIndexes(gitDir: string): Promise<boolean> {
  const directory = join(gitDir, 'objects/pack')
  const names = await readdir(directory)
  const stems = new Set(names.filter((name) => /^pack-[0-9a-f]{40}\.(?:pack|idx)$/.test(name)).map((name) => name.replace(/\.\w+$/, '')))
  const matches = await Promise.all([...stems].map((stem) => packMatchesIndex(join(directory, stem))))
  return matches.every(Boolean)
}

async function packMatchesIndex(path: string): Promise<boolean> {
  try {
    const [pack, index] = await Promise.all([readEnd(`${path}.pack`, ID_BYTES), readEnd(`${path}.idx`, 2 * ID_BYTES)])
    return pack.length === ID_BYTES && pack.equals(index.subarray(0, ID_BYTES))
  } catch {
    return false
  }
}

async function readEnd(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, Math.max(0, size - length))
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
