/** A request's body, from a source that may be slow or hang, for a server that may be slow or hang. */
export interface Upload {
  readonly source: AsyncIterable<Uint8Array>
  /** Rejects when the request is over, whatever the source is doing. */
  readonly over: Promise<never>
  /** The server begins or ends to owe us room for the next piece. */
  readonly waiting: (isWaiting: boolean) => void
}

/**
 * Passes a source on. Waits for the source are the source's own affair, but end with the request: a child process that hangs
 * must not keep a dead request alive. Waits for the server are told, so that they can be bounded.
 */
export async function* passUpload({ source, over, waiting }: Upload): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), over])
      if (next.done === true) return
      waiting(true)
      yield next.value
      waiting(false)
    }
  } finally {
    waiting(false)
    // A source that hangs hangs in here too: it is told, and not waited for.
    void Promise.resolve(iterator.return?.()).catch(() => undefined)
  }
}
