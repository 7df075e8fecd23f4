// oxlint-disable-next-line typescript/triple-slash-reference -- an ambient declaration has nothing to import
/// <reference path="./undici-pool.d.ts" />
import type { Readable } from 'node:stream'
import type { Pool as UndiciPool } from 'undici'
import Pool from 'undici/lib/dispatcher/pool.js'
import type { AddressGuard } from '../address/address-guard.ts'
import { createConnector, isStaleConnection } from './connector.ts'
import { Exchange, type HttpAnswer, type WaitBounds } from './exchange.ts'

export interface HttpClientOptions {
  /** Scheme, host and port. Nothing is ever sent elsewhere: the client has no other address, and follows no redirect. */
  readonly origin: string
  readonly guard: AddressGuard
  /** PEM certificates that are trusted in place of the system's. */
  readonly ca: string | undefined
  /** Milliseconds. */
  readonly connectTimeout: number
  /** Connections of each kind at most. */
  readonly connections: number
}

interface HttpRequestBase {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly bounds: WaitBounds
  readonly signal: AbortSignal
}

export interface ReadRequest extends HttpRequestBase {
  readonly method: 'GET' | 'POST'
  readonly body?: Uint8Array
}

export interface WriteRequest extends HttpRequestBase {
  /** POST by default. */
  readonly method?: 'POST' | 'PATCH' | 'PUT'
  readonly body: AsyncIterable<Uint8Array>
}

const MAX_HEADER_BYTES = 16_384
// Less than what servers and the boxes between keep a silent connection for; a read that meets a closed one is sent again.
const KEEP_ALIVE_MS = 30_000

/**
 * HTTP/1.1 to one origin. Listings, fetches and pushes have pools of their own, so that many long transfers do not hold up the
 * short question that everything begins with.
 */
export class HttpClient {
  readonly #listings: UndiciPool
  readonly #fetches: UndiciPool
  readonly #pushes: UndiciPool

  constructor({ origin, guard, ca, connectTimeout, connections }: HttpClientOptions) {
    const connect = createConnector({ guard, ca, timeout: connectTimeout })
    const create = (): UndiciPool => {
      // Every wait is bounded by the exchange.
      const unbounded = { headersTimeout: 0, bodyTimeout: 0 }
      return new Pool(origin, { connections, connect, allowH2: false, pipelining: 1, keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES, ...unbounded })
    }
    this.#listings = create()
    this.#fetches = create()
    this.#pushes = create()
  }

  /** Asks something that changes nothing. It is sent once more when a kept connection turns out to have been closed meanwhile. */
  async read(kind: 'listing' | 'fetch', request: ReadRequest): Promise<HttpAnswer> {
    const pool = kind === 'listing' ? this.#listings : this.#fetches
    const first = startRead(pool, request)
    try {
      return await first.answer
    } catch (error) {
      if (first.heard || request.signal.aborted || !isStaleConnection(error)) throw error
      return startRead(pool, request).answer
    }
  }

  /**
   * Sends something that changes the other side, once, over a connection of its own: on a kept one that was closed meanwhile it
   * would stay unknown whether the request was seen.
   */
  write({ method = 'POST', path, headers, body, bounds, signal }: WriteRequest): Exchange {
    const exchange = new Exchange(bounds, signal)
    // undici takes any iterable; its types do not say so yet.
    const upload = exchange.upload(body) as unknown as Readable
    this.#pushes.dispatch({ method, path, headers, body: upload, reset: true }, exchange)
    return exchange
  }

  /** Ends every connection and whatever is under way on it. */
  async close(): Promise<void> {
    await Promise.all([this.#listings.destroy(), this.#fetches.destroy(), this.#pushes.destroy()])
  }
}

function startRead(pool: UndiciPool, { method, path, headers, body, bounds, signal }: ReadRequest): Exchange {
  const exchange = new Exchange(bounds, signal)
  pool.dispatch({ method, path, headers, body: body ?? null }, exchange)
  return exchange
}
