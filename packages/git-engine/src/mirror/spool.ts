import { type FileHandle, open } from 'node:fs/promises'
import { RecentBytes } from './recent-bytes.ts'

const READ_BYTES = 512 * 1024
/** One call to the file system for so many bytes. */
const WRITE_BYTES = 512 * 1024
/** Bytes that may wait for the disk. */
const MAX_PENDING = 8 * 1024 * 1024
/** How far the writer runs ahead of the fastest reader while it is patient: what is read so soon comes from memory. */
const AHEAD_BYTES = 512 * 1024
/** The writer waits for readers this often and this long at most, three seconds in all: a slow client delays nobody else for longer. */
const MAX_WAITS = 60
const WAIT_MS = 50

/**
 * A file that is read while it is written. One upstream pack goes in, as fast as the disk takes it; any number of clients
 * read it from its beginning, each at its own speed, so a slow or lost client holds up nobody. Who keeps up is given the
 * bytes as they came, out of memory; who falls behind reads the file.
 */
export class Spool {
  readonly path: string
  readonly #file: FileHandle
  readonly #limit: number
  readonly #recent = new RecentBytes()
  #pending: Uint8Array[] = []
  #received = 0
  #written = 0
  #writing: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  #end: { readonly error?: Error } | undefined
  #wake: (() => void)[] = []
  readonly #readers = new Set<{ position: number }>()
  #onProgress: (() => void) | undefined
  #waits = 0
  #users = 1

  private constructor(path: string, file: FileHandle, limit: number) {
    this.path = path
    this.#file = file
    this.#limit = limit
  }

  /** @param limit bytes that may be written. */
  static async create(path: string, limit: number): Promise<Spool> {
    return new Spool(path, await open(path, 'wx+', 0o600), limit)
  }

  get bytes(): number {
    return this.#received
  }

  /** Takes bytes, which must not change afterwards, and waits while too many have not reached the disk. */
  async append(chunk: Uint8Array): Promise<void> {
    if (this.#received + chunk.length > this.#limit) throw new SpoolOverflow(this.#limit)
    this.#throwFailure()
    this.#pending.push(chunk)
    this.#recent.push(chunk)
    this.#received += chunk.length
    this.#notify()
    if (this.#received - this.#written >= WRITE_BYTES) this.#writing ??= this.#write()
    if (this.#received - this.#written > MAX_PENDING) await this.#writing
    this.#throwFailure()
    if (this.#isFarAhead() && this.#waits < MAX_WAITS) await this.#waitForReaders()
  }

  /** Ends the spool when all of it is on the disk. */
  async finish(): Promise<void> {
    await this.#writing
    await this.#write()
    this.#throwFailure()
    this.end()
  }

  /** Says that nothing will follow. With an error, every reader gets that error instead of the end: never a truncated success. */
  end(error?: Error): void {
    this.#end ??= error === undefined ? {} : { error }
    this.#notify()
  }

  /** Closes the file when its last reader is done. Nobody may begin to read after that. */
  async release(): Promise<void> {
    this.end(new Error('the spool was given up'))
    await this.#writing
    await this.#letGo()
  }

  /**
   * Everything from the beginning, as it comes. The file stays open until the iteration has ended or `return` was called.
   *
   * @throws the signal's reason when it aborts, also in the middle of a wait.
   */
  read(signal: AbortSignal): AsyncIterableIterator<Uint8Array> {
    this.#users += 1
    const place = { position: 0 }
    this.#readers.add(place)
    const onAbort = (): void => this.#notify()
    signal.addEventListener('abort', onAbort, { once: true })
    const finish = async (): Promise<IteratorReturnResult<undefined>> => {
      if (this.#readers.delete(place)) {
        signal.removeEventListener('abort', onAbort)
        this.#onProgress?.()
        await this.#letGo()
      }
      return { done: true, value: undefined }
    }
    const reader: AsyncIterableIterator<Uint8Array> = {
      [Symbol.asyncIterator]: () => reader,
      next: async () => {
        try {
          const chunk = this.#readers.has(place) ? await this.#next(place.position, signal) : undefined
          if (chunk === undefined) return await finish()
          place.position += chunk.length
          this.#onProgress?.()
          return { done: false, value: chunk }
        } catch (error) {
          await finish()
          throw error
        }
      },
      return: finish,
    }
    return reader
  }

  async #next(position: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
    if (!(await this.#reaches(position, signal))) return undefined
    return this.#recent.from(position) ?? this.#readAt(position)
  }

  /** Further ahead of every reader than memory reaches. With no reader there is nobody to wait for. */
  #isFarAhead(): boolean {
    if (this.#readers.size === 0) return false
    for (const { position } of this.#readers) if (this.#received - position <= AHEAD_BYTES) return false
    return true
  }

  async #waitForReaders(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      this.#waits += 1
      resolve()
    }, WAIT_MS)
    this.#onProgress = () => {
      if (!this.#isFarAhead()) resolve()
    }
    await promise
    clearTimeout(timer)
    this.#onProgress = undefined
  }

  /** Writes what is pending, and what comes meanwhile, in as few calls as that takes. Never rejects: nobody may be waiting. */
  async #write(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const chunks = this.#pending
        this.#pending = []
        const bytes = chunks.reduce((sum, { length }) => sum + length, 0)
        const { bytesWritten } = await this.#file.writev(chunks, this.#written)
        if (bytesWritten < bytes) await this.#writeRest(Buffer.concat(chunks), bytesWritten)
        this.#written += bytes
        this.#recent.forgetBefore(this.#written)
      }
    } catch (error) {
      this.#failure = { error }
    } finally {
      this.#writing = undefined
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** A file system that is nearly full writes a part, and says why with the next call. */
  async #writeRest(bytes: Uint8Array, from: number): Promise<void> {
    let done = from
    while (done < bytes.length) done += (await this.#file.write(bytes, done, bytes.length - done, this.#written + done)).bytesWritten
  }

  /** Waits until there is something at a position; false when the spool ends there. */
  async #reaches(position: number, signal: AbortSignal): Promise<boolean> {
    while (position >= this.#received) {
      if (this.#end?.error !== undefined) throw this.#end.error
      if (this.#end !== undefined) return false
      signal.throwIfAborted()
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
    signal.throwIfAborted()
    return true
  }

  async #readAt(position: number): Promise<Uint8Array> {
    const length = Math.min(READ_BYTES, this.#written - position)
    const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, position)
    if (bytesRead === 0) throw new Error('the spool was cut from outside')
    return buffer.subarray(0, bytesRead)
  }

  #notify(): void {
    const wake = this.#wake
    this.#wake = []
    for (const resolve of wake) resolve()
  }

  async #letGo(): Promise<void> {
    this.#users -= 1
    if (this.#users === 0) await this.#file.close()
  }
}

/** The upstream sends more than the operator allows. */
export class SpoolOverflow extends Error {
  override readonly name: string = 'SpoolOverflow'
  readonly limit: number
  constructor(limit: number) {
    super('the spool is full')
    this.limit = limit
  }
}
