import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { type FakeCall, type FakeProject, ROUTES } from './routes.ts'

export interface GitlabFakeOptions {
  readonly token: string
  /** Whose token it is. */
  readonly username: string
}

/** What the fake says in place of its usual answer, once. */
export interface Fault {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** A fake of GitLab's REST API, beneath `/api/v4`: what its documentation says of merge requests, issues, notes, statuses and pipelines. */
export class GitlabFake {
  readonly seen: { readonly method: string; readonly path: string; readonly body: unknown; readonly authorization: string | undefined }[] = []
  readonly projects: FakeProject[] = []
  readonly #renamed = new Map<string, number>()
  readonly #faults: Fault[] = []
  readonly #options: GitlabFakeOptions
  readonly #server: Server
  #ids = 500

  private constructor(options: GitlabFakeOptions) {
    this.#options = options
    this.#server = createServer((request, response) => void this.#handle(request, response).catch(() => response.writeHead(500).end('{"message":"500 Internal Server Error"}')))
  }

  static async start(options: GitlabFakeOptions): Promise<GitlabFake> {
    const fake = new GitlabFake(options)
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get origin(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  addProject(path: string, branches: readonly string[]): FakeProject {
    const project: FakeProject = { id: (this.#ids += 1), path, branches: new Map(branches.map((branch, index) => [branch, String(index + 1).repeat(40)])), merges: [], issues: [], notes: [] }
    this.projects.push(project)
    return project
  }

  /** From then on the old path redirects, as on GitLab, to the project's number. */
  rename(project: FakeProject, path: string): void {
    this.#renamed.set(project.path, project.id)
    project.path = path
  }

  failNext(fault: Fault): void {
    this.#faults.push(fault)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.origin)
    const [, project = '', rest = ''] = /^\/api\/v4\/projects\/([^/]+)(.*)$/.exec(url.pathname) ?? []
    const text = await readAll(request)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const { method = 'GET' } = request
    this.seen.push({ method, path: url.pathname, body, authorization: request.headers.authorization })
    const fault = this.#faults.shift()
    if (fault !== undefined) return void response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body)
    if (request.headers.authorization !== `Bearer ${this.#options.token}`) return say(response, 401, { message: '401 Unauthorized' })
    const path = decodeURIComponent(project)
    const number = this.#renamed.get(path)
    if (number !== undefined) return say(response, 301, { message: 'This resource has been moved permanently' }, { location: `${this.origin}/api/v4/projects/${number}${rest}` })
    const found = this.projects.find((one) => one.path === path || String(one.id) === path)
    if (found === undefined) return say(response, 404, { message: '404 Project Not Found' })
    this.#answer(response, url, { method, rest, project: found, body })
  }

  #answer(response: ServerResponse, url: URL, { method, rest, project, body }: { readonly method: string; readonly rest: string; readonly project: FakeProject; readonly body: unknown }): void {
    for (const [asked, pattern, answer] of ROUTES) {
      const match = asked === method ? pattern.exec(rest) : null
      if (match === null) continue
      const fields = typeof body === 'object' && body !== null ? { ...body } : {}
      const call: FakeCall = { project, number: Number(match[1] ?? 0), word: match[1] ?? '', query: url.searchParams, body: fields, username: this.#options.username, nextId: () => (this.#ids += 1) }
      const { status = 200, value, list, text } = answer(call)
      if (text !== undefined) return void response.writeHead(200, { 'content-type': 'text/plain' }).end(text)
      if (list === undefined) return say(response, status, value)
      const [size, page] = [Math.min(Number(url.searchParams.get('per_page') ?? 20), 100), Number(url.searchParams.get('page') ?? 1)]
      const link = page * size < list.length ? { link: `<${this.origin}${url.pathname}?page=${page + 1}&per_page=${size}>; rel="next"` } : {}
      return say(response, 200, list.slice((page - 1) * size, page * size), link)
    }
    say(response, 404, { error: '404 Not Found' })
  }
}

function say(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
