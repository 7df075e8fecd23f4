import { Readable } from 'node:stream'

/** A pack that was read to its end or up to a limit, whichever came first. */
export type HeldPack =
  /** All of it, as often as it is needed. */
  | { readonly kind: 'whole'; readonly pieces: readonly Uint8Array[] }
  /** What was read and the rest, once. */
  | { readonly kind: 'streamed'; readonly pack: AsyncIterable<Uint8Array> }

/** Reads a pack into memory while it is small. */
export async function holdPack(pack: AsyncIterable<Uint8Array>, limit: number): Promise<HeldPack> {
  const source = pack[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let bytes = 0
  while (bytes <= limit) {
    const next = await source.next()
    if (next.done === true) return { kind: 'whole', pieces }
    pieces.push(next.value)
    bytes += next.value.length
  }
  return { kind: 'streamed', pack: resume(pieces, source) }
}

/** Its pieces: as often as it is needed when it is whole, once when it is not. */
export function readHeld(held: HeldPack): AsyncIterable<Uint8Array> {
  return held.kind === 'whole' ? Readable.from(held.pieces) : held.pack
}

async function* resume(pieces: readonly Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces
  for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value
}
