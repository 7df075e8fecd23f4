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

/**
 * The body of an answer, as a stream that is read once. Bytes are held only while the reader is slower than the network. It gives all
 * that is there at a time: a forge writes a pack in pieces of some kilobytes, and each step of a reader costs more than a piece does.
 */
export class AnswerBody implements AsyncIterable<readonly Uint8Array[]> {
  readonly #control: BodyControl
  #chunks: Uint8Array[] = []
  #held = 0
  #paused = false
  #end: { readonly error?: Error } | undefined
  #reader: PromiseWithResolvers<IteratorResult<readonly Uint8Array[], undefined>> | undefined

  constructor(control: BodyControl) {
    this.#control = control
  }

  push(chunk: Uint8Array): void {
    if (this.#end !== undefined) return
    this.#chunks.push(chunk)
    this.#held += chunk.length
    // What one read of the connection brought comes in several calls; a waiting reader gets it when they are over.
    if (this.#reader !== undefined && this.#chunks.length === 1) queueMicrotask(() => this.#serve())
    if (this.#held < HIGH_WATER || this.#paused) return
    this.#paused = true
    this.#control.pause()
  }

  /** No more bytes will come; with an error, because something broke. */
  finish(error?: Error): void {
    if (this.#end !== undefined) return
    this.#end = error === undefined ? {} : { error }
    if (this.#chunks.length === 0) this.#serve()
  }

  /** Gives up what has not been read. Does nothing at the end of the body. */
  cancel(): void {
    if (this.#end !== undefined) return
    this.#chunks = []
    this.finish()
    this.#control.cancel()
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly Uint8Array[], undefined> {
    return {
      next: () => this.#next(),
      return: () => {
        this.cancel()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  #next(): Promise<IteratorResult<readonly Uint8Array[], undefined>> {
    if (this.#chunks.length > 0) return Promise.resolve({ done: false, value: this.#take() })
    if (this.#end?.error !== undefined) return Promise.reject(this.#end.error)
    if (this.#end !== undefined) return Promise.resolve({ done: true, value: undefined })
    this.#reader = Promise.withResolvers()
    this.#control.waiting(true)
    return this.#reader.promise
  }

  /** Gives a waiting reader what is there now, or the end. */
  #serve(): void {
    const reader = this.#reader
    if (reader === undefined) return
    this.#reader = undefined
    this.#control.waiting(false)
    if (this.#chunks.length > 0) reader.resolve({ done: false, value: this.#take() })
    else if (this.#end?.error === undefined) reader.resolve({ done: true, value: undefined })
    else reader.reject(this.#end.error)
  }

  #take(): readonly Uint8Array[] {
    const chunks = this.#chunks
    this.#chunks = []
    this.#held = 0
    this.#resume()
    return chunks
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#control.resume()
  }
}
