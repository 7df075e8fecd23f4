import { type FileHandle, open } from 'node:fs/promises'

const READ_BYTES = 256 * 1024

/**
 * A file that is read while it is written. One upstream pack goes in, as fast as the disk takes it; any number of clients
 * read it from its beginning, each at its own speed, so a slow or lost client holds up nobody.
 */
export class Spool {
  readonly path: string
  readonly #file: FileHandle
  readonly #limit: number
  #written = 0
  #end: { readonly error?: Error } | undefined
  #wake: (() => void)[] = []
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
    return this.#written
  }

  async append(chunk: Uint8Array): Promise<void> {
    if (this.#written + chunk.length > this.#limit) throw new SpoolOverflow(this.#limit)
    let done = 0
    while (done < chunk.length) done += (await this.#file.write(chunk, done, chunk.length - done, this.#written + done)).bytesWritten
    this.#written += chunk.length
    this.#notify()
  }

  /** Says that nothing will follow. With an error, every reader gets that error instead of the end: never a truncated success. */
  end(error?: Error): void {
    this.#end ??= error === undefined ? {} : { error }
    this.#notify()
  }

  /** Closes the file when its last reader is done. Nobody may begin to read after that. */
  async release(): Promise<void> {
    this.end(new Error('the spool was given up'))
    await this.#letGo()
  }

  /**
   * Everything from the beginning, as it comes. The file stays open until the iteration has ended or `return` was called.
   *
   * @throws the signal's reason when it aborts, also in the middle of a wait.
   */
  read(signal: AbortSignal): AsyncIterableIterator<Uint8Array> {
    this.#users += 1
    let position = 0
    let open = true
    const finish = async (): Promise<IteratorReturnResult<undefined>> => {
      if (open) {
        open = false
        await this.#letGo()
      }
      return { done: true, value: undefined }
    }
    const reader: AsyncIterableIterator<Uint8Array> = {
      [Symbol.asyncIterator]: () => reader,
      next: async () => {
        try {
          if (!open || !(await this.#reaches(position, signal))) return await finish()
          const chunk = await this.#readAt(position)
          position += chunk.length
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

  /** Waits until there is something at a position; false when the spool ends there. */
  async #reaches(position: number, signal: AbortSignal): Promise<boolean> {
    while (position >= this.#written) {
      if (this.#end?.error !== undefined) throw this.#end.error
      if (this.#end !== undefined) return false
      await this.#growth(signal)
    }
    signal.throwIfAborted()
    return true
  }

  async #growth(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#wake.push(resolve)
    await promise.finally(() => signal.removeEventListener('abort', onAbort))
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
