import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { directSink } from './answer.ts'
import { runBackend } from './backend.ts'
import type { ServerCertificate } from './certificate.ts'
import { type Fault, type FaultMatch, type PlannedFault, takeFault } from './faults.ts'
import { faultySink } from './faulty-sink.ts'
import { answerInstead } from './instead-of-backend.ts'
import { type HostedRepository, type RepositoryOptions, createHostedRepository } from './repository.ts'
import { type RequestRecord, type Route, noticeFirstBytes, openRecord, parseRoute } from './request-log.ts'

export interface HttpUpstreamOptions {
  /** Where the repositories are; a temporary directory that goes with `close()` by default. */
  readonly root?: string
  /** Without one, anybody may read and push. */
  readonly password?: string
  /** `gateway` by default. */
  readonly user?: string
  readonly tls?: ServerCertificate
  /** `127.0.0.1` by default. */
  readonly host?: string
  readonly port?: number
  /** How long an idle connection is kept, in milliseconds; 60,000 by default. */
  readonly keepAlive?: number
  /** Called at the end of every request. */
  readonly onRequest?: (record: RequestRecord) => void
}

export interface HttpUpstream {
  /** `http://127.0.0.1:4711` */
  readonly origin: string
  readonly root: string
  readonly user: string
  /** Every request since the start or the last `clear()`, oldest first. */
  readonly requests: readonly RequestRecord[]
  count(match: FaultMatch): number
  clear(): void
  createRepository(name: string, options?: RepositoryOptions): Promise<HostedRepository>
  /** The next requests that match (one, unless told otherwise) meet this fault. */
  plan(fault: Fault, match?: FaultMatch, times?: number): void
  clearFaults(): void
  /** 0: the server does not know protocol v2 from now on. */
  speak(version: 0 | 2): void
  /** Resets every connection, also those in use. */
  resetConnections(): void
  /** Resolves when no request is open. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Starts the real `git http-backend` behind a Node server that adds a password check, a log and faults on demand. */
export async function startHttpUpstream(options: HttpUpstreamOptions = {}): Promise<HttpUpstream> {
  const root = options.root ?? (await mkdtemp(join(tmpdir(), 'refward-upstream-')))
  const upstream = new TestServer(root, options)
  await upstream.listen(options.host ?? '127.0.0.1', options.port ?? 0)
  return upstream
}

class TestServer implements HttpUpstream {
  readonly root: string
  readonly user: string
  readonly #options: HttpUpstreamOptions
  readonly #server: Server
  readonly #program = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend')
  readonly #expected: string | undefined
  readonly #sockets = new Map<Socket, number>()
  #connections = 0
  #requests: RequestRecord[] = []
  #faults: PlannedFault[] = []
  #version: 0 | 2 = 2
  #number = 0

  constructor(root: string, options: HttpUpstreamOptions) {
    this.root = root
    this.user = options.user ?? 'gateway'
    this.#options = options
    this.#expected = options.password === undefined ? undefined : `Basic ${Buffer.from(`${this.user}:${options.password}`).toString('base64')}`
    const listener: RequestListener = (request, response) => void this.#serve(request, response)
    this.#server = options.tls === undefined ? createHttpServer(listener) : createHttpsServer(options.tls, listener)
    this.#server.keepAliveTimeout = options.keepAlive ?? 60_000
    this.#server.requestTimeout = 0
    this.#server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#sockets.set(socket, (this.#connections += 1))
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  get origin(): string {
    const { address, family, port } = this.#server.address() as AddressInfo
    const host = family === 'IPv6' ? `[${address}]` : address
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${host}:${String(port)}`
  }

  get requests(): readonly RequestRecord[] {
    return this.#requests
  }

  count(match: FaultMatch): number {
    const same = (record: RequestRecord): boolean => Object.entries(match).every(([key, value]) => record[key as keyof FaultMatch] === value)
    return this.#requests.filter(same).length
  }

  clear(): void {
    this.#requests = []
  }

  plan(fault: Fault, match: FaultMatch = {}, times: number = 1): void {
    this.#faults.push({ fault, match, left: times })
  }

  clearFaults(): void {
    this.#faults = []
  }

  speak(version: 0 | 2): void {
    this.#version = version
  }

  createRepository(name: string, options: RepositoryOptions = {}): Promise<HostedRepository> {
    const path = name.endsWith('.git') ? name : `${name}.git`
    const url = `${this.origin}/${path}`
    const withPassword = new URL(url)
    if (this.#options.password !== undefined) {
      withPassword.username = this.user
      withPassword.password = this.#options.password
    }
    const place = { name: path, directory: join(this.root, path), url, urlWithPassword: withPassword.href }
    return createHostedRepository(place, options)
  }

  resetConnections(): void {
    for (const socket of this.#sockets.keys()) socket.resetAndDestroy()
  }

  async settled(): Promise<void> {
    while (this.#requests.some((record) => record.state === 'open')) await sleep(2)
  }

  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(port, host, resolve)
    })
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets.keys()) socket.destroy()
    await closed
    if (this.#options.root === undefined) await rm(this.root, { recursive: true, force: true, maxRetries: 3 })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://upstream')
    const route = parseRoute(url)
    const record = this.#record(request, response, route)
    if (record.operation === 'fetch') await this.#peek(record, request)
    const fault = takeFault(this.#faults, record)
    if (fault?.kind === 'delay') await sleep(fault.milliseconds)
    if (fault !== undefined && answerInstead(fault, { request, response, record })) return
    if (record.authorization !== 'accepted') return this.#askForPassword(response)
    if (route === undefined) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
    this.#runBackend({ request, response, record, route, query: url.search.slice(1) }, fault)
  }

  #record(request: IncomingMessage, response: ServerResponse, route: Route | undefined): RequestRecord {
    const { authorization } = request.headers
    const accepted = this.#expected === undefined || authorization === this.#expected
    const record = openRecord(request, route, {
      number: (this.#number += 1),
      connection: this.#sockets.get(request.socket) ?? 0,
      authorization: accepted ? 'accepted' : authorization === undefined ? 'absent' : 'refused',
    })
    this.#requests.push(record)
    response.once('close', () => {
      record.status = response.headersSent ? response.statusCode : undefined
      record.state = response.writableFinished ? 'done' : 'cut'
      this.#options.onRequest?.(record)
    })
    return record
  }

  async #peek(record: RequestRecord, request: IncomingMessage): Promise<void> {
    await new Promise((resolve) => request.once('readable', resolve).once('close', resolve))
    const chunk = request.read() as Buffer | null
    if (chunk === null) return
    noticeFirstBytes(record, request, chunk)
    request.unshift(chunk)
  }

  #askForPassword(response: ServerResponse): void {
    response.writeHead(401, { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="upstream"' }).end('password, please')
  }

  #runBackend(
    exchange: { request: IncomingMessage; response: ServerResponse; record: RequestRecord; route: Route; query: string },
    fault: Fault | undefined,
  ): void {
    const { request, response, record, route, query } = exchange
    const sink = fault === undefined ? directSink(response) : faultySink(fault, response)
    const counted = {
      ...sink,
      write: (chunk: Uint8Array): boolean => {
        record.responseBytes += chunk.length
        return sink.write(chunk)
      },
    }
    const backend = {
      program: this.#program,
      projectRoot: this.root,
      pathInfo: `/${route.repository}/${route.action}`,
      query,
      user: this.user,
      protocol: this.#version === 2 ? record.protocol : undefined,
      onRequestBytes: (chunk: Buffer): void => {
        record.requestBytes += chunk.length
      },
      onErrorText: (text: string): void => {
        record.errorText += text
      },
    }
    const child = runBackend(request, backend, counted)
    // A client that left reads no more: without this, the backend would wait for ever on a full pipe.
    response.once('close', () => {
      if (!response.writableFinished) child.stdout?.destroy()
    })
  }
}
