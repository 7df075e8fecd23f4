import { gzipSync } from 'node:zlib'
import { type HttpAnswer, renderRequest } from './http-message.ts'
import { type PushAnswer, type RawPush, readPushAnswer, renderPush } from './push.ts'
import { exchange } from './raw-connection.ts'

/** A repository behind smart HTTP, and who asks. */
export interface RawRepository {
  /** `http://127.0.0.1:4711` */
  readonly origin: string
  /** `/git/forge/acme/widget.git` */
  readonly path: string
  readonly user?: string
  readonly password?: string
}

export interface RawCall {
  readonly service: 'git-upload-pack' | 'git-receive-pack'
  readonly body: Uint8Array
  readonly framing?: 'length' | 'chunked'
  readonly gzip?: boolean
  /** Of the protocol of git; nothing said by default. */
  readonly version?: 1 | 2
  readonly headers?: readonly (readonly [string, string])[]
}

/** Where a URL with user and password leads. */
export function rawRepository(url: string): RawRepository {
  const { origin, pathname, username, password } = new URL(url)
  return { origin, path: pathname.replace(/\/$/, ''), user: decodeURIComponent(username), password: decodeURIComponent(password) }
}

export function basic({ user = '', password }: Pick<RawRepository, 'user' | 'password'>): readonly (readonly [string, string])[] {
  return password === undefined ? [] : [['Authorization', `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`]]
}

/** The bytes of one call to a service. */
export function renderCall(repository: RawRepository, { service, body, framing = 'length', gzip = false, version, headers = [] }: RawCall): Buffer {
  return renderRequest({
    method: 'POST',
    target: `${repository.path}/${service}`,
    headers: [
      ['Host', new URL(repository.origin).host],
      ...basic(repository),
      ['Content-Type', `application/x-${service}-request`],
      ...(gzip ? [['Content-Encoding', 'gzip'] as const] : []),
      ...(version === undefined ? [] : [['Git-Protocol', `version=${version}`] as const]),
      ['Connection', 'close'],
      ...headers,
    ],
    body: gzip ? gzipSync(body) : body,
    framing,
  })
}

export async function call(repository: RawRepository, what: RawCall): Promise<HttpAnswer> {
  return first(await exchange(repository.origin, renderCall(repository, what), 1))
}

/** The listing of a service. */
export async function advertise(repository: RawRepository, service: RawCall['service'], version?: 1 | 2): Promise<HttpAnswer> {
  const protocol = version === undefined ? [] : [['Git-Protocol', `version=${version}`] as const]
  const headers = [['Host', new URL(repository.origin).host], ...basic(repository), ...protocol, ['Connection', 'close']] as const
  return first(await exchange(repository.origin, renderRequest({ target: `${repository.path}/info/refs?service=${service}`, headers }), 1))
}

export interface RawPushAnswer extends PushAnswer {
  readonly status: number
}

/** Pushes without git, and reads what became of it. */
export async function push(repository: RawRepository, what: RawPush & Pick<Partial<RawCall>, 'framing' | 'gzip'>): Promise<RawPushAnswer> {
  const { framing = 'length', gzip = false, ...rest } = what
  const answer = await call(repository, { service: 'git-receive-pack', body: renderPush(rest), framing, gzip })
  return { status: answer.status, ...readPushAnswer(answer.body, (rest.capabilities ?? 'side-band-64k').includes('side-band-64k')) }
}

function first([answer]: readonly HttpAnswer[]): HttpAnswer {
  if (answer === undefined) throw new Error('the connection ended without a whole answer')
  return answer
}
