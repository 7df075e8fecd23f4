import { Buffer } from 'node:buffer'

export interface RequestParts {
  readonly method?: string
  readonly target: string
  readonly version?: string
  /** In this order, as often as given. Nothing is added but what `framing` asks for. */
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: Uint8Array
  /** How the end of the body is told; `none` says nothing of it. */
  readonly framing?: 'length' | 'chunked' | 'none'
}

/** A request of exactly these bytes. */
export function renderRequest({ method = 'GET', target, version = 'HTTP/1.1', headers = [], body, framing = body === undefined ? 'none' : 'length' }: RequestParts): Buffer {
  const lines = [`${method} ${target} ${version}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const bytes = Buffer.from(body ?? '')
  if (framing === 'length') lines.push(`Content-Length: ${bytes.length}`)
  if (framing === 'chunked') lines.push('Transfer-Encoding: chunked')
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return Buffer.concat([head, framing === 'chunked' ? chunked(bytes) : bytes])
}

/** A body in chunks. */
export function chunked(bytes: Uint8Array, size = 4096): Buffer {
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case; of repeated ones the last. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Every whole answer that stands in these bytes. `ended`: nothing more will come, so one that ends with the connection is whole. */
export function parseAnswers(bytes: Buffer, ended: boolean): readonly HttpAnswer[] {
  const answers: HttpAnswer[] = []
  let rest = bytes
  for (;;) {
    const parsed = parseAnswer(rest, ended)
    if (parsed === undefined) return answers
    if (parsed.answer.status !== 100) answers.push(parsed.answer)
    rest = rest.subarray(parsed.length)
  }
}

interface ParsedAnswer {
  readonly answer: HttpAnswer
  readonly length: number
}

function parseAnswer(bytes: Buffer, ended: boolean): ParsedAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1])
  if (!Number.isInteger(status)) return undefined
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const body = parseBody(bytes.subarray(end + 4), { status, headers, ended })
  return body === undefined ? undefined : { answer: { status, headers, body: body.content }, length: end + 4 + body.length }
}

interface BodyRules {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly ended: boolean
}

function parseBody(bytes: Buffer, { status, headers, ended }: BodyRules): { readonly content: Buffer; readonly length: number } | undefined {
  if (status < 200 || status === 204 || status === 304) return { content: Buffer.alloc(0), length: 0 }
  if (headers.get('transfer-encoding') === 'chunked') return parseChunks(bytes)
  const announced = headers.get('content-length')
  if (announced === undefined) return ended ? { content: bytes, length: bytes.length } : undefined
  const length = Number(announced)
  return bytes.length < length ? undefined : { content: bytes.subarray(0, length), length }
}

function parseChunks(bytes: Buffer): { readonly content: Buffer; readonly length: number } | undefined {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16)
    const next = end + 2 + size + 2
    if (bytes.length < next) return undefined
    if (size === 0) return { content: Buffer.concat(parts), length: next }
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = next
  }
}
