import { type ChildProcess, spawn } from 'node:child_process'
import type { IncomingMessage } from 'node:http'
import { devNull } from 'node:os'
import type { AnswerHead, AnswerSink } from './answer.ts'

export interface BackendRequest {
  readonly program: string
  readonly projectRoot: string
  readonly pathInfo: string
  readonly query: string
  readonly user: string
  readonly protocol: string | undefined
  /** Sees every chunk of the request's body before the backend does. */
  readonly onRequestBytes: (chunk: Buffer) => void
  /** What a web server would write into its error log. */
  readonly onErrorText: (text: string) => void
}

/** A CGI head may not grow beyond this; git's own has about 200 bytes. */
const HEAD_LIMIT = 16_384

/**
 * Runs `git http-backend` as a CGI program for one request, streaming both ways. Once the request's body is whole it is never
 * killed: a client that leaves closes the pipes, which is what happens behind a real web server too.
 */
export function runBackend(request: IncomingMessage, options: BackendRequest, sink: AnswerSink): ChildProcess {
  const child = spawn(options.program, [], { env: cgiEnvironment(request, options), stdio: 'pipe' })
  child.stdin.on('error', () => undefined) // a backend that has refused reads no further
  request.on('data', (chunk: Buffer) => {
    options.onRequestBytes(chunk)
    if (!child.stdin.write(chunk)) {
      request.pause()
      child.stdin.once('drain', () => request.resume())
    }
  })
  request.on('end', () => child.stdin.end())
  request.on('close', () => {
    // git http-backend spins for ever on a body that is shorter than its Content-Length, and would take half a chunked one for whole.
    if (!request.complete) child.kill('SIGKILL')
  })
  child.stdin.on('close', () => request.resume())
  child.stderr.setEncoding('utf8').on('data', options.onErrorText)
  passAnswer(child, sink)
  return child
}

function passAnswer(child: ChildProcess, sink: AnswerSink): void {
  const { stdout } = child
  if (stdout === null) return
  let head: Buffer | undefined = Buffer.alloc(0)
  stdout.on('data', (chunk: Buffer) => {
    let body = chunk
    if (head !== undefined) {
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0 && head.length < HEAD_LIMIT) return
      sink.head(parseHead(head.subarray(0, Math.max(end, 0)).toString('latin1')))
      body = head.subarray(end + 4)
      head = undefined
    }
    if (body.length > 0 && !sink.write(body)) {
      stdout.pause()
      sink.onDrain(() => stdout.resume())
    }
  })
  stdout.on('end', () => {
    if (head !== undefined) sink.head({ status: 500, headers: { 'content-type': 'text/plain' } })
    sink.end()
  })
}

function parseHead(text: string): AnswerHead {
  const headers: Record<string, string> = {}
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const { status = '200', ...rest } = headers
  return { status: Number.parseInt(status, 10), headers: rest }
}

function cgiEnvironment(request: IncomingMessage, options: BackendRequest): Record<string, string> {
  const optional = (name: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [name]: value })
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: devNull,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_PROJECT_ROOT: options.projectRoot,
    GIT_HTTP_EXPORT_ALL: '1',
    GATEWAY_INTERFACE: 'CGI/1.1',
    REQUEST_METHOD: request.method ?? '',
    PATH_INFO: options.pathInfo,
    QUERY_STRING: options.query,
    REMOTE_USER: options.user,
    REMOTE_ADDR: request.socket.remoteAddress ?? '',
    ...optional('CONTENT_TYPE', request.headers['content-type']),
    ...optional('CONTENT_LENGTH', request.headers['content-length']),
    ...optional('HTTP_CONTENT_ENCODING', request.headers['content-encoding']),
    ...optional('HTTP_ACCEPT_ENCODING', headerText(request.headers['accept-encoding'])),
    ...optional('HTTP_GIT_PROTOCOL', options.protocol),
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}
