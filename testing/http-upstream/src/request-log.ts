import type { IncomingMessage } from 'node:http'
import { constants, gunzipSync } from 'node:zlib'

/** What the client wants, as far as its first bytes tell. */
export type Operation = 'advertise' | 'list' | 'fetch' | 'push' | 'other'

/** One request as the server saw it. It grows until `finished`; the password is never kept. */
export interface RequestRecord {
  readonly number: number
  /** Counts the connections of this server from 1, so that a test can prove that one was kept. */
  readonly connection: number
  readonly method: string
  /** Path and query as sent. */
  readonly path: string
  /** `acme/widget.git`, or an empty string when the path names none. */
  readonly repository: string
  readonly service: 'git-upload-pack' | 'git-receive-pack' | undefined
  operation: Operation
  /** The `Git-Protocol` header. */
  readonly protocol: string | undefined
  readonly authorization: 'absent' | 'accepted' | 'refused'
  readonly headers: Readonly<NodeJS.Dict<string | string[]>>
  status: number | undefined
  requestBytes: number
  responseBytes: number
  /** What the backend wrote to its standard error. */
  errorText: string
  /** `done` when the whole answer was handed to the network, `cut` when the connection ended first. */
  state: 'open' | 'done' | 'cut'
}

export interface Route {
  readonly repository: string
  readonly action: 'info/refs' | 'git-upload-pack' | 'git-receive-pack'
  readonly service: RequestRecord['service']
}

const ROUTE = /^\/(.+?)\/(info\/refs|git-upload-pack|git-receive-pack)$/

/** Which repository and service a request names; undefined when it is no smart HTTP request. */
export function parseRoute(url: URL): Route | undefined {
  const match = ROUTE.exec(url.pathname)
  if (match === null) return undefined
  const [, name = '', action] = match
  const service = action === 'info/refs' ? url.searchParams.get('service') : action
  return {
    repository: name.endsWith('.git') ? name : `${name}.git`,
    action: action as Route['action'],
    service: service === 'git-upload-pack' || service === 'git-receive-pack' ? service : undefined,
  }
}

/** Starts the record of a request; its operation becomes known with the first bytes of its body. */
export function openRecord(
  request: IncomingMessage,
  route: Route | undefined,
  known: Pick<RequestRecord, 'number' | 'connection' | 'authorization'>,
): RequestRecord {
  const protocol = request.headers['git-protocol']
  return {
    ...known,
    method: request.method ?? '',
    path: request.url ?? '',
    repository: route?.repository ?? '',
    service: route?.service,
    operation: operationOf(route),
    protocol: typeof protocol === 'string' ? protocol : undefined,
    headers: withoutAuthorization(request.headers),
    status: undefined,
    requestBytes: 0,
    responseBytes: 0,
    errorText: '',
    state: 'open',
  }
}

function operationOf(route: Route | undefined): Operation {
  if (route === undefined) return 'other'
  if (route.action === 'info/refs') return 'advertise'
  return route.action === 'git-receive-pack' ? 'push' : 'fetch'
}

/** A v2 client says in its body whether it lists or fetches. */
export function noticeFirstBytes(record: RequestRecord, request: IncomingMessage, chunk: Buffer): void {
  if (record.operation !== 'fetch') return
  const head = request.headers['content-encoding'] === 'gzip' ? inflatePart(chunk) : chunk
  if (head.subarray(0, 64).includes('command=ls-refs')) record.operation = 'list'
}

function inflatePart(chunk: Buffer): Buffer {
  return gunzipSync(chunk, { finishFlush: constants.Z_SYNC_FLUSH })
}

function withoutAuthorization(headers: IncomingMessage['headers']): RequestRecord['headers'] {
  const { authorization: _secret, ...rest } = headers
  return rest
}
