import { type ForgeName, RefwardError } from '@refward/core-policy'
import type { LeasePurpose } from '@refward/key-provision'
import { type ApiScheme, maskCredential, revealApiAuthorization } from '@refward/key-provision/reveal'
import { type HttpAnswer, type OpenHttp, connectionFault, decodeBody } from '@refward/upstream'
import type * as z from 'zod'
import type { ApiCall, ApiWrite, Query } from './api-call.ts'
import { statusFault } from './api-faults.ts'
import { isTooDeep } from './json-depth.ts'
import { findNewName } from './renamed.ts'
import { lostAnswer, seenAfterwards } from './lost-answer.ts'

export interface ApiClientOptions {
  readonly forge: ForgeName
  readonly http: OpenHttp
  readonly scheme: ApiScheme
  /** What the forge calls the size of a page. */
  readonly pageSizeName: 'limit' | 'per_page'
  /** What the API wants to be sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

const JSON_BYTES = 8 * 1024 * 1024
const DIFF_BYTES = 16 * 1024 * 1024
const REASON_BYTES = 4096
/** Some forges refuse requests without one. */
const USER_AGENT = 'refward'

/** Requests to the API of one forge, at one origin. No redirect is followed, no answer is unbounded, and no text of one leaves unmasked. */
export class ApiClient {
  readonly #options: ApiClientOptions
  readonly #base: string

  constructor(options: ApiClientOptions) {
    this.#options = options
    this.#base = options.http.url.pathname.replace(/\/$/, '')
  }

  /** One answer, read by its schema. */
  async get<T>(call: ApiCall, schema: z.ZodType<T>, path: string, query: Query = {}): Promise<T> {
    return this.#parse(call, schema, await this.#json(call, await this.#ask(call, path, query)))
  }

  /** A list, page by page, at most `limit` entries. The forge's links say whether there is more; they are not followed. */
  async list<T>(call: ApiCall, schema: z.ZodType<readonly T[]>, pages: { readonly path: string; readonly query?: Query; readonly limit: number; readonly size: number }): Promise<readonly T[]> {
    const { path, query = {}, limit, size } = pages
    const found: T[] = []
    for (let page = 1; page <= Math.ceil(limit / size); page++) {
      const answer = await this.#ask(call, path, { ...query, [this.#options.pageSizeName]: size, page })
      const hasMore = /rel="?next"?/.test(String(answer.headers['link'] ?? ''))
      // One by one: a page without end, as arguments of one call, would be more than the stack holds.
      for (const entry of this.#parse(call, schema, await this.#json(call, answer))) found.push(entry)
      if (!hasMore || found.length >= limit) break
    }
    return found.slice(0, limit)
  }

  /** An answer that is not JSON: a diff. */
  async text(call: ApiCall, path: string, accept: string): Promise<string> {
    const answer = await this.#ask(call, path, {}, accept)
    return (await this.#bytes(call, answer, DIFF_BYTES)).toString('utf8')
  }

  /** Sends a change, once. What is not known to have failed or to have been done is told as such. */
  async send<T>(call: ApiCall, schema: z.ZodType<T>, { method, path, body }: ApiWrite): Promise<T> {
    const { http } = this.#options
    const bytes = Buffer.from(JSON.stringify(body))
    const headers = { ...this.#headers(call, 'write'), 'content-type': 'application/json', 'content-length': String(bytes.length) }
    const exchange = http.client.write({ method, path: this.#base + path, headers, body: one(bytes), bounds: http.bounds, signal: call.signal })
    let answer: HttpAnswer
    try {
      answer = await exchange.answer
    } catch (error) {
      // It was sent and no answer came: nobody here knows whether it was done.
      throw exchange.sent ? lostAnswer(call, error) : this.#fault(call, error)
    }
    if (answer.status >= 300) throw await this.#refusal(call, answer)
    // The forge has done it. An answer that breaks off, or is not one, leaves open what it has done.
    return seenAfterwards(call, async () => this.#parse(call, schema, await this.#json(call, answer)))
  }

  /** The same as `get`, with how far the forge's clock is ahead of the gateway's, in milliseconds, where it says what time it is. */
  async getDated<T>(call: ApiCall, schema: z.ZodType<T>, path: string): Promise<{ readonly value: T; readonly clockOffset: number | undefined }> {
    const answer = await this.#ask(call, path, {})
    const offset = Date.parse(String(answer.headers['date'] ?? '')) - this.#options.clock()
    return { value: this.#parse(call, schema, await this.#json(call, answer)), clockOffset: Number.isFinite(offset) ? offset : undefined }
  }

  async #ask(call: ApiCall, path: string, query: Query, accept: string = 'application/json'): Promise<HttpAnswer> {
    const { http } = this.#options
    const headers = { ...this.#headers(call, 'read'), accept }
    try {
      const answer = await http.client.read('listing', { method: 'GET', path: `${this.#base}${path}${renderQuery(query)}`, headers, bounds: http.bounds, signal: call.signal })
      if (answer.status >= 300) throw await this.#refusal(call, answer)
      return answer
    } catch (error) {
      throw this.#fault(call, error)
    }
  }

  async #refusal(call: ApiCall, answer: HttpAnswer): Promise<RefwardError> {
    const { forge, http } = this.#options
    const body = await this.#beginning(answer)
    if (answer.status >= 400) return statusFault(forge, call, answer, body)
    const { repo } = call.lease
    const name = await findNewName({ location: String(answer.headers['location'] ?? ''), base: http.url, repository: repo.path, ask: (path) => this.#nameAt(call, path) })
    return name === undefined ? new RefwardError('RW_UPSTREAM_REDIRECT', { forge }) : new RefwardError('RW_FORGE_RENAMED', { repo: repo.id, name: maskCredential(call.lease, name) })
  }

  /** GitHub's redirect leads to a number, at which the name stands; it is on the same origin. */
  async #nameAt(call: ApiCall, path: string): Promise<string> {
    const { http } = this.#options
    const answer = await http.client.read('listing', { method: 'GET', path, headers: this.#headers(call, 'read'), bounds: http.bounds, signal: call.signal })
    const body = await this.#beginning(answer, JSON_BYTES)
    return answer.status === 200 ? body : ''
  }

  async #json(call: ApiCall, answer: HttpAnswer): Promise<unknown> {
    const text = (await this.#bytes(call, answer, JSON_BYTES)).toString('utf8')
    if (text === '') return undefined
    try {
      const value: unknown = JSON.parse(text)
      if (isTooDeep(value)) throw this.#protocol('its JSON is nested too deeply')
      return value
    } catch (error) {
      if (error instanceof SyntaxError) throw this.#protocol('it is not JSON')
      throw error
    }
  }

  #parse<T>(call: ApiCall, schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw this.#protocol(maskCredential(call.lease, `${issue?.path.join('.') || 'the answer'}: ${issue?.message ?? 'unexpected'}`))
  }

  #protocol(detail: string): RefwardError {
    return new RefwardError('RW_FORGE_PROTOCOL', { forge: this.#options.forge, detail })
  }

  async #bytes(call: ApiCall, answer: HttpAnswer, limit: number): Promise<Buffer> {
    const chunks: Uint8Array[] = []
    try {
      for await (const pieces of decodeBody(answer, limit)) chunks.push(...pieces)
    } catch (error) {
      throw this.#fault(call, error)
    }
    return Buffer.concat(chunks)
  }

  /** As much of an error's body as there is to read; that it breaks off adds nothing to its status. */
  async #beginning(answer: HttpAnswer, limit: number = REASON_BYTES): Promise<string> {
    const chunks: Uint8Array[] = []
    let bytes = 0
    try {
      for await (const pieces of decodeBody(answer, JSON_BYTES)) {
        chunks.push(...pieces)
        bytes += pieces.reduce((sum, { length }) => sum + length, 0)
        if (bytes >= limit) break
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
    }
    return Buffer.concat(chunks).subarray(0, limit).toString('utf8')
  }

  #fault(call: ApiCall, error: unknown): Error {
    if (error instanceof RefwardError) return error
    if (call.signal.aborted) return call.signal.reason as Error
    const { forge } = this.#options
    const fault = connectionFault(error, { forge, repo: call.lease.repo.id, action: call.action, mask: (text) => maskCredential(call.lease, text) })
    // Its words are about git's protocol.
    if (fault instanceof RefwardError && fault.code === 'RW_UPSTREAM_PROTOCOL') return new RefwardError('RW_FORGE_PROTOCOL', { forge, detail: 'it is too large, or broken' }, { cause: error })
    return fault
  }

  #headers(call: ApiCall, purpose: LeasePurpose): Record<string, string> {
    const { scheme, http, clock, headers } = this.#options
    const authorization = revealApiAuthorization(call.lease, { origin: http.url.origin, purpose, now: clock(), scheme })
    return { 'user-agent': USER_AGENT, accept: 'application/json', 'accept-encoding': 'gzip', ...headers, ...(authorization === undefined ? {} : { authorization }) }
  }
}

function renderQuery(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]))
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
