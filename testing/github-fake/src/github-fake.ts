import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { Description, type Described } from './description.ts'
import type { FakeRepository } from './repository.ts'
import { type FakeAnswer, type FakeRoute, ROUTES } from './routes.ts'
import { overlay, skeletonOf } from './skeleton.ts'

export interface GithubFakeOptions {
  readonly token: string
  /** Whose token it is. */
  readonly login: string
}

/** A request that the fake has seen. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly authorization: string | undefined
}

/** How the answer to a change gets lost: `before` it is done, or `after` that. `cut`: it breaks off in the middle. */
export type Loss = 'before' | 'after' | 'cut'

/** What the fake says in place of its usual answer, once. */
export interface Fault {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * A fake of GitHub's REST API, as of a GitHub server: beneath `/api/v3`. It keeps repositories in memory, and holds every request and every answer
 * of its own to GitHub's description.
 */
export class GithubFake {
  readonly seen: SeenRequest[] = []
  /** What was not as GitHub describes it, in a request or in an answer. */
  readonly violations: string[] = []
  readonly repositories: FakeRepository[] = []
  readonly #renamed = new Map<string, number>()
  readonly #faults: Fault[] = []
  readonly #losses: Loss[] = []
  readonly #later: Fault[] = []
  readonly #redirects: Fault[] = []
  readonly #deeds: (() => void)[] = []
  /** The token is one that may not ask whose it is, as those of GitHub Apps. */
  hideAccount = false
  readonly #description = new Description()
  readonly #options: GithubFakeOptions
  readonly #server: Server
  #ids = 1000

  private constructor(options: GithubFakeOptions) {
    this.#options = options
    this.#server = createServer((request, response) => void this.#handle(request, response).catch((error: unknown) => this.#fail(response, error)))
  }

  static async start(options: GithubFakeOptions): Promise<GithubFake> {
    const fake = new GithubFake(options)
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get origin(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  addRepository(owner: string, name: string, branches: readonly string[]): FakeRepository {
    const heads = new Map(branches.map((branch, index) => [branch, String(index + 1).repeat(40)]))
    const repository: FakeRepository = { id: (this.#ids += 1), owner, name, branches: heads, objects: [], comments: [], reviews: [], runs: [{ id: 55, branch: branches[0] ?? 'main', conclusion: 'success' }] }
    this.repositories.push(repository)
    return repository
  }

  /** From then on the old name redirects, as on GitHub, to the repository's number. */
  rename(repository: FakeRepository, name: string, owner: string = repository.owner): void {
    this.#renamed.set(`${repository.owner}/${repository.name}`.toLowerCase(), repository.id)
    Object.assign(repository, { name, owner })
  }

  /** The next request gets this. */
  failNext(fault: Fault): void {
    this.#faults.push(fault)
  }

  /** The next change is sent elsewhere. */
  redirectNextChange(status: number, location: string): void {
    this.#redirects.push({ status, headers: { location }, body: '{"message":"Moved"}' })
  }

  /** Somebody else does something just before the next change arrives. */
  interfereWithNextChange(deed: () => void): void {
    this.#deeds.push(deed)
  }

  /** Takes back every fault that did not come to pass. */
  clearFaults(): void {
    for (const list of [this.#faults, this.#losses, this.#later, this.#redirects, this.#deeds]) list.length = 0
    this.#renamed.clear()
    this.hideAccount = false
  }

  /** The request after the next change gets this. */
  failAfterNextChange(fault: Fault): void {
    this.#later.push(fault)
  }

  /** The answer to the next change never arrives. */
  loseNext(loss: Loss): void {
    this.#losses.push(loss)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.origin)
    const path = url.pathname.replace(/^\/api\/v3/, '')
    const text = await readAll(request)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const { method = 'GET' } = request
    this.seen.push({ method, path, body, authorization: request.headers.authorization })
    const fault = this.#faults.shift()
    if (fault !== undefined) return void response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body)
    if (request.headers.authorization !== `Bearer ${this.#options.token}`) return this.#say(response, 401, { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' })
    const moved = method === 'GET' ? undefined : this.#redirects.shift()
    if (moved !== undefined) return void response.writeHead(moved.status, { 'content-type': 'application/json', ...moved.headers }).end(moved.body)
    if (this.#redirect(path, response) || this.#byNumber(path, response)) return
    if (method === 'GET' && path === '/user' && this.hideAccount) return this.#say(response, 403, { message: 'Resource not accessible by integration', documentation_url: 'https://docs.github.com/rest', status: '403' })
    if (method === 'GET' && path === '/user') return this.#say(response, 200, { login: this.#options.login, id: 7, type: 'User' })
    const loss = method === 'GET' ? undefined : this.#losses.shift()
    if (loss === 'before') return void request.socket.destroy()
    if (method !== 'GET') this.#deeds.shift()?.()
    if (method !== 'GET') this.#faults.push(...this.#later.splice(0, 1))
    const described = this.#description.find(method, path)
    if (described === undefined) {
      this.violations.push(`${method} ${path} is not described`)
      return this.#say(response, 404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' })
    }
    this.violations.push(...this.#description.checkRequest(described, url.searchParams, body))
    const answer = this.#answer(request, { method, path, url, body })
    if (loss === 'after') return void request.socket.destroy()
    if (loss === 'cut') return void response.writeHead(201, { 'content-type': 'application/json', 'content-length': 1000 }).write('{"id":', () => request.socket.destroy())
    this.#send(response, described, url, answer)
  }

  #fail(response: ServerResponse, error: unknown): void {
    this.violations.push(`the fake failed: ${String(error)}`)
    response.writeHead(500).end()
  }

  #redirect(path: string, response: ServerResponse): boolean {
    const [, owner = '', name = '', rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(.*)$/.exec(path) ?? []
    const number = this.#renamed.get(`${owner}/${name}`.toLowerCase())
    if (number === undefined) return false
    const location = `${this.origin}/api/v3/repositories/${number}${rest}`
    this.#say(response, 301, { message: 'Moved Permanently', url: location, documentation_url: 'https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects' }, { location })
    return true
  }

  #byNumber(path: string, response: ServerResponse): boolean {
    const [, number] = /^\/repositories\/(\d+)$/.exec(path) ?? []
    const repository = this.repositories.find(({ id }) => id === Number(number))
    if (repository === undefined) return false
    this.#say(response, 200, { id: repository.id, full_name: `${repository.owner}/${repository.name}` })
    return true
  }

  #answer(request: IncomingMessage, { method, path, url, body }: { readonly method: string; readonly path: string; readonly url: URL; readonly body: unknown }): FakeAnswer {
    const [, owner = '', name = '', rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(.*)$/.exec(path) ?? []
    const repository = this.repositories.find((one) => one.owner.toLowerCase() === owner.toLowerCase() && one.name.toLowerCase() === name.toLowerCase())
    const found = ROUTES.map((route) => ({ route, numbers: matchRoute(route, method, rest) })).find(({ numbers }) => numbers !== undefined)
    if (repository === undefined || found?.numbers === undefined) return { kind: 'one', status: 404, body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' } }
    const fields = typeof body === 'object' && body !== null ? { ...body } : {}
    return found.route.answer({ repository, numbers: found.numbers, query: url.searchParams, body: fields, accept: request.headers.accept ?? '', login: this.#options.login, nextId: () => (this.#ids += 1) })
  }

  #send(response: ServerResponse, described: Described, url: URL, answer: FakeAnswer): void {
    if (answer.kind === 'text') return void response.writeHead(200, { 'content-type': 'application/vnd.github.diff; charset=utf-8' }).end(answer.text)
    const status = answer.kind === 'one' ? answer.status : 200
    const { value, link } = answer.kind === 'one' ? { value: answer.body, link: undefined } : paginate(url, answer.items)
    const whole = status < 300 ? this.#fill(described, status, value) : value
    this.violations.push(...this.#description.checkAnswer(described, status, whole))
    this.#say(response, status, whole, link === undefined ? {} : { link })
  }

  /** Adds what GitHub's description asks for besides. */
  #fill(described: Described, status: number, value: unknown): unknown {
    const schema = this.#description.schemaOf(described, status)
    return schema === undefined ? value : fillIn(this.#description, schema, value)
  }

  #say(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999', 'x-github-media-type': 'github.v3; format=json', ...headers }).end(JSON.stringify(body))
  }
}

function fillIn(description: Description, written: Parameters<Description['resolve']>[0], value: unknown): unknown {
  const schema = description.resolve(written) as ReturnType<Description['resolve']> & { readonly items?: Parameters<Description['resolve']>[0] }
  if (Array.isArray(value)) return value.map((item: unknown) => (schema.items === undefined ? item : fillIn(description, schema.items, item)))
  if (typeof value !== 'object' || value === null) return value
  const parts = [schema, ...(schema.allOf ?? []), ...(schema.anyOf ?? []).slice(0, 1), ...(schema.oneOf ?? []).slice(0, 1)].map((part) => description.resolve(part))
  const properties = Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Record<string, Parameters<Description['resolve']>[0]>
  const filled = Object.entries(value).map(([name, member]): [string, unknown] => [name, properties[name] === undefined ? member : fillIn(description, properties[name], member)])
  return overlay(skeletonOf(description, schema), Object.fromEntries(filled))
}

function matchRoute({ method, path }: FakeRoute, asked: string, rest: string): readonly string[] | undefined {
  if (method !== asked) return undefined
  const [wanted, parts] = [path.split('/'), rest.split('/')]
  if (wanted.length !== parts.length) return undefined
  const numbers: string[] = []
  for (const [index, part] of wanted.entries()) {
    const given = parts[index] ?? ''
    if (part === '#' || part === ':') numbers.push(given)
    else if (part !== given) return undefined
    if (part === '#' && !/^\d+$/.test(given)) return undefined
  }
  return numbers
}

/** Pages, with the links by which GitHub says that there is more. */
function paginate(url: URL, items: readonly unknown[]): { readonly value: readonly unknown[]; readonly link: string | undefined } {
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 30), 100)
  const page = Number(url.searchParams.get('page') ?? 1)
  const value = items.slice((page - 1) * size, page * size)
  if (page * size >= items.length) return { value, link: undefined }
  const next = new URL(url)
  next.searchParams.set('page', String(page + 1))
  return { value, link: `<${next.href}>; rel="next"` }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
