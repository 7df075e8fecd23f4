import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** How long and how large a request body may be. Bytes are counted after decoding, times are milliseconds. */
export interface BodyBounds {
  readonly maxBytes: number
  /** Longest wait for one next byte. */
  readonly idleMs: number
  /** Time spent waiting for the client after which its average rate is looked at. */
  readonly graceMs: number
  readonly minBytesPerSecond: number
}

export type BodyFault = 'encoding' | 'malformed' | 'too-large' | 'too-slow' | 'aborted'

/** The client's body ended in a way that the gateway does not accept. */
export class BodyError extends Error {
  readonly fault: BodyFault

  constructor(fault: BodyFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BodyError'
    this.fault = fault
  }
}

/**
 * The decoded body as a stream of chunks, with backpressure.
 *
 * Only time spent waiting for the client counts against it, so that a slow disk or a slow upstream never looks like a slow client.
 * A client that sends a byte a second holds a place for `graceMs` and no longer.
 *
 * @throws BodyError
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
      if (pace.received > bounds.maxBytes) throw new BodyError('too-large', `the body is larger than ${bounds.maxBytes} bytes`)
      if (isTooSlow(pace, bounds)) throw new BodyError('too-slow', `the body came at less than ${bounds.minBytesPerSecond} bytes a second`)
      yield next.value
    }
  } catch (error) {
    throw toBodyError(error)
  } finally {
    if (decoded !== request) decoded.destroy()
  }
}

function decode(request: IncomingMessage, maxBytes: number): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return request
  // Brotli, deflate and stacked encodings are refused: CVE-2026-111497 and decompression bombs live there, and git sends none of them.
  if (encoding !== 'gzip' && encoding !== 'x-gzip') throw new BodyError('encoding', 'the content encoding is neither gzip nor identity')
  const gunzip = createGunzip({ maxOutputLength: maxBytes })
  request.once('error', (error) => gunzip.destroy(error))
  request.once('aborted', () => gunzip.destroy(new BodyError('aborted', 'the client went away')))
  return request.pipe(gunzip)
}

async function nextWithin(iterator: AsyncIterator<Uint8Array>, idleMs: number): Promise<IteratorResult<Uint8Array>> {
  let timer: NodeJS.Timeout | undefined
  const idle = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BodyError('too-slow', `no byte came for ${idleMs} ms`)), idleMs)
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

function toBodyError(error: unknown): unknown {
  if (error instanceof BodyError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('Z_')) return new BodyError('malformed', 'the gzip body is damaged', { cause: error })
  if (code === 'ERR_BUFFER_TOO_LARGE') return new BodyError('too-large', 'the decoded body is too large', { cause: error })
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') return new BodyError('aborted', 'the client went away', { cause: error })
  return error
}
