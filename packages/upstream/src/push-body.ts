/** A request's body, and its length when that is known before it is sent. */
export interface PushBody {
  readonly body: AsyncIterable<Uint8Array>
  readonly length: number | undefined
}

// As much as git itself holds (http.postBuffer) before it sends in chunks, which some proxies cannot take.
const SMALL_BYTES = 1024 * 1024

/** The commands and the pack behind them. A small pack is read whole first, so that its request can say how long it is. */
export async function makePushBody(commands: Uint8Array, pack: AsyncIterable<Uint8Array> | undefined): Promise<PushBody> {
  const rest = pack?.[Symbol.asyncIterator]()
  const held: Uint8Array[] = [commands]
  let length = commands.length
  while (length <= SMALL_BYTES) {
    const next = await rest?.next()
    if (next === undefined || next.done === true) return { body: bodyOf(held, undefined), length }
    held.push(next.value)
    length += next.value.length
  }
  return { body: bodyOf(held, rest), length: undefined }
}

// No generator: one that waits for a pack that hangs could not be told to stop, and would not tell the pack.
function bodyOf(held: readonly Uint8Array[], rest: AsyncIterator<Uint8Array> | undefined): AsyncIterable<Uint8Array> {
  const end: IteratorReturnResult<undefined> = { done: true, value: undefined }
  let begun = false
  const next = (): Promise<IteratorResult<Uint8Array, undefined>> => {
    if (begun) return rest?.next() ?? Promise.resolve(end)
    begun = true
    return Promise.resolve({ done: false, value: Buffer.concat(held) })
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: () => rest?.return?.() ?? Promise.resolve(end) }) }
}
