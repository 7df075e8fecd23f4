import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { AnswerBody } from './answer-body.ts'
import type { HttpAnswer } from './exchange.ts'

/** A body that is not what may be taken. The message is fit to be shown. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused'
}

/**
 * The body as it was before it was compressed, at most `limit` bytes of it, in batches as they come. gzip and identity are all that is taken: decoders of
 * other encodings have had flaws that let a small body grow without bound (CVE-2026-111497), and the limit counts what comes out.
 */
export function decodeBody({ headers, body }: HttpAnswer, limit: number): AsyncIterable<readonly Uint8Array[]> {
  const encoding = headers['content-encoding'] ?? 'identity'
  switch (String(encoding).toLowerCase()) {
    case 'identity':
      return capped(body, limit)
    case 'gzip':
    case 'x-gzip':
      return capped(gunzip(body), limit)
    default:
      body.cancel()
      throw new BodyRefused(`its answer has the content encoding ${String(encoding)}`)
  }
}

async function* gunzip(body: AnswerBody): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  try {
    // What breaks on either side comes out of the iteration.
    const source = Readable.from(flatten(body), { objectMode: false })
    for await (const chunk of pipeline(source, createGunzip(), () => undefined)) yield [chunk as Uint8Array]
  } finally {
    // A generator that waits for the body cannot be told to leave it.
    body.cancel()
  }
}

async function* flatten(body: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const batch of body) yield* batch
}

async function* capped(body: AsyncIterable<readonly Uint8Array[]>, limit: number): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  let bytes = 0
  for await (const batch of body) {
    for (const chunk of batch) bytes += chunk.length
    if (bytes > limit) throw new BodyRefused(`its answer has more than ${limit} bytes`)
    yield batch
  }
}
