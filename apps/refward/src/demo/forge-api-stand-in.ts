import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'

/** A pull request, as much of it as the demonstration shows. */
interface StandInPull {
  readonly title: string
  readonly head: string
}

/** The few calls of Gitea's API that the demonstration needs, for one repository, in memory. It stands in for a forge, which `git http-backend` alone is not. */
export interface ForgeApiStandIn {
  readonly origin: string
  readonly pulls: readonly StandInPull[]
  close(): Promise<void>
}

interface StandInOptions {
  /** `owner/name`. */
  readonly repository: string
  /** Where the repository is for people. */
  readonly url: string
  readonly user: string
  readonly password: string
}

const WHEN = '2026-01-01T00:00:00Z'

export async function startForgeApiStandIn(options: StandInOptions): Promise<ForgeApiStandIn> {
  const pulls: StandInPull[] = []
  const authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`
  const server = createServer((request, response) => {
    void answer(request, response, { ...options, authorization, pulls }).catch(() => response.writeHead(400).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    pulls,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type State = StandInOptions & { readonly authorization: string; readonly pulls: StandInPull[] }

async function answer(request: IncomingMessage, response: ServerResponse, state: State): Promise<void> {
  const { repository, url, user, authorization, pulls } = state
  const say = (status: number, body: object): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (request.headers.authorization !== authorization) return say(401, { message: 'invalid username, password or token' })
  const [owner = '', name = ''] = repository.split('/')
  const base = `/api/v1/repos/${repository}`
  const [, number] = /\/pulls\/(\d+)$/.exec(request.url ?? '') ?? []
  if (request.method === 'GET' && request.url === base) return say(200, { id: 1, owner: { login: owner }, name, default_branch: 'main', private: true, html_url: url })
  if (request.method === 'POST' && request.url === `${base}/pulls`) {
    const { title, head } = JSON.parse(await readText(request)) as StandInPull
    pulls.push({ title, head })
    return say(201, describe(pulls.length))
  }
  if (request.method === 'GET' && request.url?.startsWith(`${base}/pulls?`) === true) return say(200, pulls.map((_, index) => describe(index + 1)))
  const pull = pulls[Number(number) - 1]
  return request.method === 'GET' && pull !== undefined ? say(200, describe(Number(number))) : say(404, { message: 'not found' })

  function describe(index: number): object {
    const { title = '', head = '' } = pulls[index - 1] ?? {}
    const end = (ref: string): object => ({ ref, sha: '', repo: { full_name: repository } })
    return { id: index, number: index, title, body: '', state: 'open', user: { login: user }, base: end('main'), head: end(head), html_url: `${url}/pulls/${index}`, created_at: WHEN, updated_at: WHEN }
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
