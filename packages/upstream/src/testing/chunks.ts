/** Everything that a stream gives. */
export async function collect(stream: AsyncIterable<Uint8Array> | undefined): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream ?? []) chunks.push(chunk)
  return chunks
}

/** The same of a stream of batches. */
export async function collectBatches(stream: AsyncIterable<readonly Uint8Array[]>): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const batch of stream) chunks.push(...batch)
  return chunks
}

/** A stream of what is here already. */
export async function* streamOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks
}
