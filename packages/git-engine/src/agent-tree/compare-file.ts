import { type Hash, createHash } from 'node:crypto'
import { constants, open, readlink } from 'node:fs/promises'
import type { TrackedFile } from './scratch.ts'

const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const OWNER_EXECUTES = 0o100

/** Whether a file or symbolic link on the disk is, byte for byte, the one that was committed. */
export async function isAsCommitted(path: Buffer, isLink: boolean, { file: { mode, id }, signal }: { readonly file: TrackedFile; readonly signal: AbortSignal }): Promise<boolean> {
  if (mode === '120000') return isLink && (await idOfLink(path)) === id
  return !isLink && (await idOfFile(path, mode === '100755', signal)) === id
}

async function idOfLink(path: Buffer): Promise<string> {
  const target = await readlink(path, 'buffer')
  return beginBlob(target.length).update(target).digest('hex')
}

/** A file may be without end for all that is known: whoever asks sets a time. */
async function idOfFile(path: Buffer, executable: boolean, signal: AbortSignal): Promise<string | undefined> {
  const file = await open(path, FILE)
  try {
    const found = await file.stat()
    if (!found.isFile() || ((found.mode & OWNER_EXECUTES) !== 0) !== executable) return undefined
    const hash = beginBlob(found.size)
    for await (const chunk of file.createReadStream({ autoClose: false, signal })) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } finally {
    await file.close()
  }
}

/** As git names the content of a file. */
function beginBlob(size: number): Hash {
  return createHash('sha1').update(`blob ${size}\0`)
}
