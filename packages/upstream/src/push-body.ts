/** A request's body, and its length when that is known before it is sent. */
export interface PushBody {
  readonly body: AsyncIterable<Uint8Array>
  readonly length: number | undefined
}

// As much as git itself holds (http.postBuffer) before it sends in chunks, which some proxies cannot take.
const SMALL_BYTES = 1024 * 1024

/** The commands and the pack behind them. A small pack is read whole first, so that its request can say how long it is. */
export async function makePushBody(commands: Uint8Array, pack: AsyncIterable<Uint8Array> | undefined): Promise<PushBody> {
  if (pack === undefined) return { body: concatenate([commands]), length: commands.length }
  const rest = pack[Symbol.asyncIterator]()
  const held: Uint8Array[] = [commands]
  let length = commands.length
  while (length <= SMALL_BYTES) {
    const next = await rest.next()
    if (next.done === true) return { body: concatenate(held), length }
    held.push(next.value)
    length += next.value.length
  }
  return { body: concatenate(held, rest), length: undefined }
}

async function* concatenate(held: readonly Uint8Array[], rest?: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.concat(held)
  if (rest === undefined) return
  try {
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
