/**
 * A request's body, from a source that may be slow or hang, for a server that may be slow or hang. Waits for the source are the
 * source's own affair, but end with the request: a child process that hangs must not keep a dead request alive. Waits for the
 * server are told, so that they can be bounded.
 */
export class Upload implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #waiting: (isWaiting: boolean) => void
  #giveUp: ((reason: Error) => void) | undefined
  #over: Error | undefined

  /** @param waiting is told when the server begins and ends to owe us room for the next piece. */
  constructor(source: AsyncIterable<Uint8Array>, waiting: (isWaiting: boolean) => void) {
    this.#source = source[Symbol.asyncIterator]()
    this.#waiting = waiting
  }

  /** The request is over, whatever the source is doing. */
  stop(reason: Error): void {
    if (this.#over !== undefined) return
    this.#over = reason
    this.#giveUp?.(reason)
    // A source that hangs may hang in here too: it is told, and not waited for.
    void this.#source.return?.().catch(() => undefined)
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return {
      next: () => this.#next(),
      return: () => {
        this.stop(new Error('the request is not sent any further'))
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  // Not a race between the source and the end of the request: each race would hold its piece of the pack until that end.
  #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#waiting(false)
    if (this.#over !== undefined) return Promise.reject(this.#over)
    const piece: Piece = Promise.withResolvers()
    this.#giveUp = piece.reject
    void this.#pull(piece)
    return piece.promise
  }

  async #pull(piece: Piece): Promise<void> {
    try {
      const next = await this.#source.next()
      piece.resolve(next.done === true ? { done: true, value: undefined } : next)
      this.#waiting(next.done !== true && this.#over === undefined)
    } catch (error) {
      piece.reject(error)
    }
  }
}

type Piece = PromiseWithResolvers<IteratorResult<Uint8Array, undefined>>
