/** What the body needs of the request that it answers. */
export interface BodyControl {
  /** Stops and restarts reading from the connection. */
  readonly pause: () => void
  readonly resume: () => void
  /** Nobody wants the rest: ends the request and its connection. */
  readonly cancel: () => void
  /** The reader begins or ends to wait for bytes. */
  readonly waiting: (isWaiting: boolean) => void
}

/** So many bytes may be here unread before the connection is paused. */
const HIGH_WATER = 256 * 1024

/** The body of an answer, as a stream that is read once. Bytes are held only while the reader is slower than the network. */
export class AnswerBody implements AsyncIterable<Uint8Array> {
  readonly #control: BodyControl
  readonly #chunks: Uint8Array[] = []
  #held = 0
  #paused = false
  #end: { readonly error?: Error } | undefined
  #reader: PromiseWithResolvers<IteratorResult<Uint8Array, undefined>> | undefined

  constructor(control: BodyControl) {
    this.#control = control
  }

  push(chunk: Uint8Array): void {
    if (this.#end !== undefined) return
    if (this.#reader !== undefined) {
      this.#settleReader().resolve({ done: false, value: chunk })
      return
    }
    this.#chunks.push(chunk)
    this.#held += chunk.length
    if (this.#held < HIGH_WATER || this.#paused) return
    this.#paused = true
    this.#control.pause()
  }

  /** No more bytes will come; with an error, because something broke. */
  finish(error?: Error): void {
    if (this.#end !== undefined) return
    this.#end = error === undefined ? {} : { error }
    if (this.#reader === undefined) return
    const reader = this.#settleReader()
    if (error === undefined) reader.resolve({ done: true, value: undefined })
    else reader.reject(error)
  }

  /** Gives up what has not been read. Does nothing at the end of the body. */
  cancel(): void {
    if (this.#end !== undefined) return
    this.finish()
    this.#chunks.length = 0
    this.#control.cancel()
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return {
      next: () => this.#next(),
      return: () => {
        this.cancel()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const chunk = this.#chunks.shift()
    if (chunk !== undefined) {
      this.#held -= chunk.length
      this.#resumeWhenEmpty()
      return Promise.resolve({ done: false, value: chunk })
    }
    if (this.#end?.error !== undefined) return Promise.reject(this.#end.error)
    if (this.#end !== undefined) return Promise.resolve({ done: true, value: undefined })
    this.#reader = Promise.withResolvers()
    this.#control.waiting(true)
    return this.#reader.promise
  }

  #settleReader(): PromiseWithResolvers<IteratorResult<Uint8Array, undefined>> {
    const reader = this.#reader ?? Promise.withResolvers<IteratorResult<Uint8Array, undefined>>()
    this.#reader = undefined
    this.#control.waiting(false)
    return reader
  }

  #resumeWhenEmpty(): void {
    if (!this.#paused || this.#held > 0) return
    this.#paused = false
    this.#control.resume()
  }
}
