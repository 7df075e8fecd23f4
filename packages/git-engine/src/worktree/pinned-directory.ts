import type { Dirent } from 'node:fs'
import { type FileHandle, chmod, constants, open, opendir, readFile } from 'node:fs/promises'

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Of Linux, which Node does not name: holds a place without the right to read it. */
const O_PATH = 0o10000000
const PLACE = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW
const OWNER_ALL = 0o700
const DOT = Buffer.from('.')
const DOTS = Buffer.from('..')

/** Entries that are read at once. */
const PIECE = 256

export interface DirectoryEntry {
  /** Any bytes. */
  readonly name: Buffer
  readonly kind: 'directory' | 'file' | 'link' | 'other'
}

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

  /** The path of an entry whose name may be any bytes. */
  entryBytes(name: Buffer): Buffer {
    if (name.length === 0 || name.equals(DOT) || name.equals(DOTS) || name.includes(0x2f) || name.includes(0)) throw new TypeError('a name of one part is needed')
    return Buffer.concat([Buffer.from(`${this.path}/`), name])
  }

  /** As {@link PinnedDirectory.descend}, by a name of any bytes. */
  async descendBytes(name: Buffer): Promise<PinnedDirectory> {
    return new PinnedDirectory(await open(this.entryBytes(name), DIRECTORY))
  }

  /** As {@link PinnedDirectory.descendBytes}, also where its owner has forbidden itself to read it. */
  async descendByForce(name: Buffer): Promise<PinnedDirectory> {
    return this.descendBytes(name).catch(async (error: unknown) => {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EACCES') throw error
      const place = new PinnedDirectory(await open(this.entryBytes(name), PLACE))
      try {
        // Through /proc: by its name another could be meant by now.
        await chmod(place.path, OWNER_ALL)
      } finally {
        await place.close()
      }
      return this.descendBytes(name)
    })
  }

  /** What is in it, but no more than so much: a directory of millions of entries would not fit into memory. */
  async list(most: number): Promise<readonly DirectoryEntry[]> {
    const entries: DirectoryEntry[] = []
    // Each byte of a name becomes one character, and is that byte again.
    for await (const entry of await opendir(`${this.path}/.`, { encoding: 'latin1', bufferSize: PIECE })) {
      if (entries.length === most) break
      entries.push({ name: Buffer.from(entry.name, 'latin1'), kind: kindOf(entry) })
    }
    return entries
  }

  /** Which mount it lies in, by the kernel's number. A bind mount is told apart also where it leads to the same file system. */
  async mount(): Promise<string> {
    const [, id] = /^mnt_id:\s*(\d+)$/m.exec(await readFile(`/proc/${process.pid}/fdinfo/${this.#handle.fd}`, 'latin1')) ?? []
    if (id === undefined) throw new Error('the kernel does not tell what is mounted where')
    return id
  }

  async become({ mode, uid, gid }: { readonly mode: number; readonly uid: number; readonly gid: number }): Promise<void> {
    await this.#handle.chown(uid, gid)
    await this.#handle.chmod(mode & 0o777)
  }

  /** Takes back that its owner has forbidden itself to change it. */
  async permitChanges(): Promise<void> {
    const { mode } = await this.#handle.stat()
    if ((mode & OWNER_ALL) !== OWNER_ALL) await this.#handle.chmod((mode & 0o7777) | OWNER_ALL)
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

  /** A regular file in it, whatever its size up to a limit. Undefined when there is none; `unfit` when it is something else, or larger. */
  async stream(name: string, limit: number): Promise<AsyncIterable<Uint8Array> | 'unfit' | undefined> {
    const file = await open(this.entry(name), FILE).catch(ignoreAbsence)
    if (file === undefined) return undefined
    const found = await file.stat()
    if (found.isFile() && found.size <= limit) return file.createReadStream({ end: limit }) as AsyncIterable<Uint8Array>
    await file.close()
    return 'unfit'
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

function kindOf(entry: Dirent): DirectoryEntry['kind'] {
  if (entry.isDirectory()) return 'directory'
  if (entry.isFile()) return 'file'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

/** @throws everything but that it is not there. */
export function ignoreAbsence(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
