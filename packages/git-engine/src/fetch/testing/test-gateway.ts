import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { gunzipSync } from 'node:zlib'
import type { ReadPermit } from '@refward/core-policy'
import { parseUploadPackRequest, parseV2Request } from '@refward/git-wire'
import type { HttpUpstream } from '@refward/testing-http-upstream'
import type { MirrorSource } from '../../mirror/mirror-types.ts'
import { type MirrorStore, type MirrorStoreOptions, createMirrorStore } from '../../mirror/mirror-store.ts'
import type { MirrorEvent } from '../../mirror/mirror-dependencies.ts'
import type { RepositoryMirror } from '../../mirror/repository-mirror.ts'
import { type GitRuntime, createGitRuntime, killGitChildren } from '../../process/git-runtime.ts'
import type { FetchMessage } from '../answer-form.ts'
import { ProofCache } from '../proof-cache.ts'
import { RecentListings } from '../recent-listings.ts'
import { type FetchDependencies, type FetchOutcome, serveFetch } from '../serve-fetch.ts'
import { serveAdvertisement, serveLsRefs } from '../serve-listing.ts'
import { type TestSource, connectTestSource } from './test-source.ts'

export interface TestGatewayOptions {
  readonly upstream: HttpUpstream
  readonly shows?: (ref: string) => boolean
  readonly store?: Partial<MirrorStoreOptions>
}

/** The least HTTP server that git can fetch from through this package: one session, no authentication. */
export interface TestGateway {
  readonly url: (repository: string) => string
  readonly outcomes: readonly FetchOutcome[]
  readonly events: readonly MirrorEvent[]
  readonly mirrors: MirrorStore
  mirror(repository: string): Promise<RepositoryMirror>
  source(repository: string): MirrorSource
  readonly git: GitRuntime
  /** Where the mirrors are. */
  readonly directory: string
  show(shows: (ref: string) => boolean): void
  close(): Promise<void>
}

export async function startTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'refward-gateway-'))
  const git = await createGitRuntime({ program: 'git', searchPath: process.env['PATH'] ?? '', home: join(directory, 'home') })
  const gateway = new NodeGateway(directory, git, await connectTestSource(options.upstream), options)
  await gateway.listen()
  return gateway
}

class NodeGateway implements TestGateway {
  readonly outcomes: FetchOutcome[] = []
  readonly events: MirrorEvent[] = []
  readonly mirrors: MirrorStore
  readonly git: GitRuntime
  readonly directory: string
  readonly #root: string
  readonly #server: Server
  readonly #source: TestSource
  readonly #dependencies: FetchDependencies
  #shows: (ref: string) => boolean

  constructor(root: string, git: GitRuntime, source: TestSource, { shows, store }: TestGatewayOptions) {
    this.#root = root
    this.git = git
    this.directory = join(root, 'mirrors')
    this.#source = source
    this.#shows = shows ?? (() => true)
    this.mirrors = createMirrorStore({
      git,
      directory: this.directory,
      maxBytes: 1 << 30,
      limits: { packBytes: 1 << 30, objectBytes: 1 << 30, timeMs: 60_000 },
      clock: Date.now,
      createName: () => randomBytes(8).toString('hex'),
      report: (event) => this.events.push(event),
      ...store,
    })
    const listings = new RecentListings(Date.now)
    this.#dependencies = { git, mirrors: this.mirrors, listings, proofs: new ProofCache(), mask: (text) => text }
    this.#server = createServer((request, response) => void this.#serve(request, response).catch(() => response.destroy()))
  }

  readonly url = (repository: string): string => `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${repository}`

  show(shows: (ref: string) => boolean): void {
    this.#shows = shows
  }

  mirror(repository: string): Promise<RepositoryMirror> {
    return this.mirrors.mirror(this.#source.repo(repository))
  }

  source(repository: string): MirrorSource {
    return this.#source.source(repository)
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.mirrors.close()
    await this.#source.close()
    killGitChildren(this.git)
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://gateway')
    const path = url.pathname.replace(/^\/|\/(?:info\/refs|git-upload-pack)$/g, '')
    const gone = new AbortController()
    response.on('close', () => gone.abort(new Error('the client went away')))
    const { git, mirrors, listings, proofs, mask } = this.#dependencies
    const permit = { repo: this.#source.repo(path), shows: (ref: string) => this.#shows(ref) } as ReadPermit
    const job = { permit, session: 's1', source: this.#source.source(path), signal: gone.signal, listings }
    const protocol = Number(/version=([12])/.exec(String(request.headers['git-protocol']))?.[1] ?? 0) as 0 | 1 | 2
    if (request.method === 'GET') {
      return void response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' }).end(await serveAdvertisement(job, protocol, 'refward/test'))
    }
    const sent = await buffer(request)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' })
    const parsed = protocol === 2 ? parseV2Request(body) : parseUploadPackRequest(body)
    if (parsed.kind === 'error') throw new Error(parsed.error.message)
    if (parsed.value.kind === 'empty') return void response.end()
    if (parsed.value.kind === 'ls-refs') return void response.end(await serveLsRefs(job, parsed.value.request))
    const message = { protocol, ...parsed.value } as FetchMessage
    const served = serveFetch({ git, mirrors, listings, proofs, mask }, { ...job, message })
    void served.outcome.then((outcome) => this.outcomes.push(outcome))
    await pipeline(served.body, response)
  }
}
