import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { RefwardError } from '@refward/core-policy'

/** How long and how large a request body may be. Bytes are counted after decoding, times are milliseconds. */
export interface BodyBounds {
  readonly maxBytes: number
  /** Longest wait for one next byte. */
  readonly idleMs: number
  /** Time spent waiting for the client after which its average rate is looked at. */
  readonly graceMs: number
  readonly minBytesPerSecond: number
}

/**
 * The decoded body as a stream of chunks, with backpressure.
 *
 * Only time spent waiting for the client counts against it, so that a slow disk or a slow upstream never looks like a slow client.
 * A client that sends a byte a second holds a place for `graceMs` and no longer.
 *
 * @throws RefwardError
 */
export async function* readRequestBody(request: IncomingMessage, bounds: BodyBounds, now: () => number): AsyncGenerator<Uint8Array, void, undefined> {
  const decoded = decode(request, bounds.maxBytes)
  const iterator = decoded[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const pace = { received: 0, waitedMs: 0 }
  try {
    for (;;) {
      const from = now()
      const next = await nextWithin(iterator, bounds.idleMs)
      pace.waitedMs += now() - from
      if (next.done === true) return
      pace.received += next.value.byteLength
      if (pace.received > bounds.maxBytes) throw tooLarge(bounds.maxBytes)
      if (isTooSlow(pace, bounds)) throw tooSlow(bounds.graceMs)
      yield next.value
    }
  } catch (error) {
    throw toFault(error, bounds)
  } finally {
    if (decoded !== request) decoded.destroy()
  }
}

function decode(request: IncomingMessage, maxBytes: number): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return request
  // Brotli, deflate and stacked encodings are refused: CVE-2026-111497 and decompression bombs live there, and git sends none of them.
  if (encoding !== 'gzip' && encoding !== 'x-gzip') throw new RefwardError('RW_REQUEST_ENCODING', { encoding })
  const gunzip = createGunzip({ maxOutputLength: maxBytes })
  request.once('error', (error) => gunzip.destroy(error))
  request.once('aborted', () => gunzip.destroy(clientGone()))
  return request.pipe(gunzip)
}

async function nextWithin(iterator: AsyncIterator<Uint8Array>, idleMs: number): Promise<IteratorResult<Uint8Array>> {
  let timer: NodeJS.Timeout | undefined
  const idle = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow(idleMs)), idleMs)
  })
  try {
    return await Promise.race([iterator.next(), idle])
  } finally {
    clearTimeout(timer)
  }
}

function isTooSlow(pace: { readonly received: number; readonly waitedMs: number }, bounds: BodyBounds): boolean {
  return pace.waitedMs > bounds.graceMs && pace.received * 1000 < pace.waitedMs * bounds.minBytesPerSecond
}

function toFault(error: unknown, bounds: BodyBounds): unknown {
  if (error instanceof RefwardError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('Z_')) return new RefwardError('RW_REQUEST_MALFORMED', { detail: 'the gzip body is damaged' }, { cause: error })
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(bounds.maxBytes)
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') return clientGone(error)
  return error
}

function tooLarge(limit: number): RefwardError {
  return new RefwardError('RW_LIMIT_REQUEST_BYTES', { limit })
}

function tooSlow(milliseconds: number): RefwardError {
  return new RefwardError('RW_CLIENT_SLOW', { limit: Math.ceil(milliseconds / 1000) })
}

function clientGone(cause?: unknown): RefwardError {
  return new RefwardError('RW_REQUEST_MALFORMED', { detail: 'the client went away' }, { cause })
}
