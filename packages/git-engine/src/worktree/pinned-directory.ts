import { type FileHandle, constants, open } from 'node:fs/promises'

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * A directory that is held open: whatever its name leads to later, this stays the one that was checked. Its path, through /proc, is good for
 * this process and its children. Nothing is ever opened in it by a name that is a symbolic link.
 */
export class PinnedDirectory {
  readonly #handle: FileHandle

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** @param path that no agent can change. */
  static async open(path: string): Promise<PinnedDirectory> {
    return new PinnedDirectory(await open(path, DIRECTORY))
  }

  get path(): string {
    return `/proc/${process.pid}/fd/${this.#handle.fd}`
  }

  /** A directory in it. Rejects for anything else, and for a symbolic link. */
  async descend(name: string): Promise<PinnedDirectory> {
    return new PinnedDirectory(await open(this.entry(name), DIRECTORY))
  }

  entry(name: string): string {
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) throw new TypeError('a name of one part is needed')
    return `${this.path}/${name}`
  }

  /** A small regular file in it. Undefined when there is none. */
  async read(name: string, limit: number): Promise<Buffer | undefined> {
    const file = await open(this.entry(name), FILE).catch(ignoreAbsence)
    if (file === undefined) return undefined
    try {
      const { size } = await file.stat().then((found) => (found.isFile() ? found : { size: Infinity }))
      if (size > limit) throw new RangeError('it is not a small regular file')
      const { bytesRead, buffer } = await file.read(Buffer.alloc(limit + 1), 0, limit + 1, 0)
      if (bytesRead > limit) throw new RangeError('it is not a small regular file')
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** @throws everything but that it is not there. */
export function ignoreAbsence(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
