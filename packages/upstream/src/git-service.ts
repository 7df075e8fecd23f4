import type { ForgeName, RepoRef } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'
import type { EventParser, MessageParser, Parsed, ServiceName } from '@refward/git-wire'
import type { Lease, LeasePurpose } from '@refward/key-provision'
import { maskCredential, revealAuthorization } from '@refward/key-provision/reveal'
import { connectionFault, type StatusContext, statusFault, wireFault } from './faults.ts'
import { decodeBody } from './http/decode-body.ts'
import type { Exchange, HttpAnswer, WaitBounds } from './http/exchange.ts'
import type { HttpClient } from './http/http-client.ts'

export interface GitServiceOptions {
  readonly forge: ForgeName
  /** Of the forge, from the configuration: origin and base path. */
  readonly url: URL
  readonly client: HttpClient
  readonly bounds: WaitBounds
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** One request to one of git's two services. */
export interface ServiceCall {
  readonly lease: Lease
  readonly service: ServiceName
  readonly action: string
  readonly signal: AbortSignal
}

interface Post extends ServiceCall {
  readonly body: Uint8Array
  readonly protocol?: 'version=2'
  /** Of the decoded answer. */
  readonly maxBytes: number
}

/** What git itself sends; some forges route by it. */
const USER_AGENT = 'git/refward'

const ADVERTISEMENT_BYTES = 128 * 1024 * 1024

/** Git's smart HTTP: where its services are, what is asked of them, and that an answer is one of theirs. */
export class GitService {
  readonly #options: GitServiceOptions
  readonly #basePath: string

  constructor(options: GitServiceOptions) {
    this.#options = options
    this.#basePath = options.url.pathname.replace(/\/$/, '')
  }

  /** What a service says of itself, and with protocol v0 of the refs. */
  async advertisement<T>(call: ServiceCall & { readonly protocol?: 'version=2' }, parser: MessageParser<T>): Promise<T> {
    const purpose = call.service === 'git-receive-pack' ? 'write' : 'read'
    const answer = await this.#read('listing', call, {
      method: 'GET',
      path: `${this.#path(call.lease.repo)}/info/refs?service=${call.service}`,
      headers: this.#headers(call.lease, purpose, { accept: '*/*', 'accept-encoding': 'gzip', ...protocolHeader(call.protocol) }),
    })
    return this.#message(call, this.#body(call, answer, { type: 'advertisement', maxBytes: ADVERTISEMENT_BYTES }), parser)
  }

  /** A short question to upload-pack, with a short answer. */
  async ask<T>(call: Post, parser: MessageParser<T>): Promise<T> {
    const answer = await this.#post('listing', call, 'gzip')
    return this.#message(call, this.#body(call, answer, { type: 'result', maxBytes: call.maxBytes }), parser)
  }

  /** A question to upload-pack with a long answer, which is parsed while it comes. */
  async stream<E>(call: Post, parser: EventParser<E>): Promise<AsyncGenerator<readonly E[], void, undefined>> {
    // A pack is compressed already.
    const answer = await this.#post('fetch', call, 'identity')
    return this.#events(call, this.#body(call, answer, { type: 'result', maxBytes: call.maxBytes }), parser)
  }

  /** Starts a request to receive-pack. What became of it is for the caller to find out; nothing here sends it again. */
  startPush(call: ServiceCall, request: { readonly body: AsyncIterable<Uint8Array>; readonly length: number | undefined }): Exchange {
    const { bounds } = this.#options
    const length: Record<string, string> = request.length === undefined ? {} : { 'content-length': String(request.length) }
    return this.#options.client.write({
      path: `${this.#path(call.lease.repo)}/${call.service}`,
      headers: this.#headers(call.lease, 'write', { ...bodyHeaders(call.service), 'accept-encoding': 'identity', ...length }),
      body: request.body,
      // Once it has everything, a forge may be silent for as long as its hooks are: to give up early would only lose the truth.
      bounds: { ...bounds, answer: bounds.total, idle: bounds.total },
      signal: call.signal,
    })
  }

  /** The answer to a push, once its status is known to be 200. */
  pushEvents<E>(call: ServiceCall, answer: HttpAnswer, options: { readonly parser: EventParser<E>; readonly maxBytes: number }): AsyncGenerator<readonly E[], void, undefined> {
    return this.#events(call, this.#body(call, answer, { type: 'result', maxBytes: options.maxBytes }), options.parser)
  }

  context({ lease, action }: Pick<ServiceCall, 'lease' | 'action'>): StatusContext {
    const source = lease.mode === 'none' ? undefined : lease.source
    return { forge: this.#options.forge, repo: lease.repo.id, action, source, mask: (text) => maskCredential(lease, text) }
  }

  /** Turns what broke into a fault, but for the caller's own wish to stop. */
  fault(call: Pick<ServiceCall, 'lease' | 'action' | 'signal'>, error: unknown): Error {
    return call.signal.aborted ? (call.signal.reason as Error) : connectionFault(error, this.context(call))
  }

  #post(kind: 'listing' | 'fetch', call: Post, encoding: 'gzip' | 'identity'): Promise<HttpAnswer> {
    return this.#read(kind, call, {
      method: 'POST',
      path: `${this.#path(call.lease.repo)}/${call.service}`,
      headers: this.#headers(call.lease, 'read', { ...bodyHeaders(call.service), 'accept-encoding': encoding, ...protocolHeader(call.protocol) }),
      body: call.body,
    })
  }

  async #read(
    kind: 'listing' | 'fetch',
    call: ServiceCall,
    request: { readonly method: 'GET' | 'POST'; readonly path: string; readonly headers: Record<string, string>; readonly body?: Uint8Array },
  ): Promise<HttpAnswer> {
    const answer = await this.#options.client.read(kind, { ...request, bounds: this.#options.bounds, signal: call.signal }).catch((error: unknown) => {
      throw this.fault(call, error)
    })
    if (answer.status !== 200) throw await statusFault(answer, this.context(call))
    return answer
  }

  #body(call: ServiceCall, answer: HttpAnswer, expected: { readonly type: 'advertisement' | 'result'; readonly maxBytes: number }): AsyncIterable<readonly Uint8Array[]> {
    const type = String(answer.headers['content-type'])
    // A login page or a proxy's apology has status 200 too.
    if (type !== `application/x-${call.service}-${expected.type}`) {
      answer.body.cancel()
      const { forge, mask } = this.context(call)
      throw new RefwardError('RW_UPSTREAM_PROTOCOL', { forge, detail: mask(`its answer is of the type ${type}`) })
    }
    try {
      return decodeBody(answer, expected.maxBytes)
    } catch (error) {
      throw this.fault(call, error)
    }
  }

  async #message<T>(call: ServiceCall, body: AsyncIterable<readonly Uint8Array[]>, parser: MessageParser<T>): Promise<T> {
    for await (const batch of this.#batches(call, body)) for (const chunk of batch) this.#value(call, parser.push(chunk))
    return this.#value(call, parser.end())
  }

  /** What each batch of the body was parsed to. What came before something malformed is given before that is told. */
  async *#events<E>(call: ServiceCall, body: AsyncIterable<readonly Uint8Array[]>, parser: EventParser<E>): AsyncGenerator<readonly E[], void, undefined> {
    for await (const batch of this.#batches(call, body)) {
      const events: E[] = []
      for (const chunk of batch) {
        const parsed = parser.push(chunk)
        if (parsed.kind === 'error') {
          yield events
          throw wireFault(parsed.error, this.context(call))
        }
        events.push(...parsed.value)
      }
      yield events
    }
    yield this.#value(call, parser.end())
  }

  async *#batches(call: ServiceCall, body: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<readonly Uint8Array[], void, undefined> {
    try {
      yield* body
    } catch (error) {
      throw this.fault(call, error)
    }
  }

  #value<T>(call: ServiceCall, parsed: Parsed<T>): T {
    if (parsed.kind === 'ok') return parsed.value
    throw wireFault(parsed.error, this.context(call))
  }

  /** Of a repository on this forge. Its parts come from the configuration or passed `parseRepoId`, and need no escaping. */
  #path({ path }: RepoRef): string {
    return `${this.#basePath}/${path}.git`
  }

  #headers(lease: Lease, purpose: LeasePurpose, headers: Readonly<Record<string, string>>): Record<string, string> {
    const authorization = revealAuthorization(lease, { origin: this.#options.url.origin, purpose, now: this.#options.clock() })
    return { 'user-agent': USER_AGENT, ...headers, ...(authorization === undefined ? {} : { authorization }) }
  }
}

function bodyHeaders(service: ServiceName): Record<string, string> {
  return { 'content-type': `application/x-${service}-request`, accept: `application/x-${service}-result` }
}

function protocolHeader(protocol: string | undefined): Record<string, string> {
  return protocol === undefined ? {} : { 'git-protocol': protocol }
}
