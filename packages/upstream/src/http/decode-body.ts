import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { HttpAnswer } from './exchange.ts'

/** A body that is not what may be taken. The message is fit to be shown. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused'
}

/**
 * The body as it was before it was compressed, at most `limit` bytes of it. gzip and identity are all that is taken: decoders of
 * other encodings have had flaws that let a small body grow without bound (CVE-2026-111497), and the limit counts what comes out.
 */
export function decodeBody({ headers, body }: HttpAnswer, limit: number): AsyncIterable<Uint8Array> {
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

function gunzip(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // What breaks on either side comes out of the iteration.
  return pipeline(Readable.from(body, { objectMode: false }), createGunzip(), () => undefined)
}

async function* capped(body: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > limit) throw new BodyRefused(`its answer has more than ${limit} bytes`)
    yield chunk
  }
}
