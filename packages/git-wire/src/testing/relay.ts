import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import {
  type Advertisement,
  type EventParser,
  FLUSH_PACKET,
  type FetchRequest,
  type FetchResponseEvent,
  type Parsed,
  type ReceivePackRequest,
  type ReceivePackResponseEvent,
  type ServiceName,
  changesDepth,
  createAdvertisementParser,
  createFetchResponseParser,
  createLsRefsResponseParser,
  createReceivePackRequestParser,
  createReceivePackResponseParser,
  createUploadPackResponseParser,
  parseUploadPackRequest,
  parseV2Request,
  renderCapabilityAdvertisement,
  renderFetchRequest,
  renderFetchResponseHead,
  renderLsRefsRequest,
  renderLsRefsResponse,
  renderReceivePackRequest,
  renderRefAdvertisement,
  renderReportStatus,
  renderSideband,
  renderUploadPackRequest,
} from '../index.ts'
import { git } from './git.ts'

/** What passed through a relay: the parsed requests, in order. */
export interface RelayLog {
  readonly fetches: FetchRequest[]
  readonly pushes: ReceivePackRequest[]
  /** Services that were tried with a lone flush. */
  readonly probes: ServiceName[]
}

/** A git server over HTTP between real git and real git: whatever goes through is parsed, and rendered anew from what was understood. */
export async function startRelay(repository: string): Promise<{ readonly url: string; readonly log: RelayLog; readonly stop: () => void }> {
  const log: RelayLog = { fetches: [], pushes: [], probes: [] }
  const server = createServer((request, response) => {
    answer(repository, log, request).then(
      (body) => send(response, request, body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  return { url: await listen(server), log, stop: () => server.close() }
}

async function listen(server: Server): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}/repository.git`
}

function send(response: ServerResponse, request: IncomingMessage, body: Uint8Array): void {
  const service = request.url?.match(/git-(?:upload|receive)-pack/)?.[0] ?? 'git-upload-pack'
  const kind = request.method === 'GET' ? 'advertisement' : 'result'
  response.writeHead(200, { 'content-type': `application/x-${service}-${kind}`, 'cache-control': 'no-cache' }).end(body)
}

async function answer(repository: string, log: RelayLog, request: IncomingMessage): Promise<Uint8Array> {
  const url = new URL(request.url ?? '/', 'http://relay')
  const protocol = String(request.headers['git-protocol'] ?? '')
  const run = async (service: string, input?: Uint8Array): Promise<Uint8Array> => {
    const advertise = input === undefined ? ['--advertise-refs'] : []
    const result = await git([service.slice(4), '--stateless-rpc', ...advertise, repository], {
      environment: { GIT_PROTOCOL: protocol },
      ...(input === undefined ? {} : { input }),
    })
    return result.stdout
  }
  if (request.method === 'GET') return relayAdvertisement(url.searchParams.get('service') === 'git-receive-pack' ? 'git-receive-pack' : 'git-upload-pack', run)
  const body = await readBody(request)
  if (url.pathname.endsWith('/git-receive-pack')) return relayPush(body, log, (input) => run('git-receive-pack', input))
  const fetch = protocol.includes('version=2') ? relayV2 : relayV0
  return fetch(body, log, (input) => run('git-upload-pack', input))
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const body = await buffer(request)
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

function take<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'ok') return parsed.value
  throw new Error(`${parsed.error.code}: ${parsed.error.message}`)
}

function events<E>(parser: EventParser<E>, bytes: Uint8Array): readonly E[] {
  return [...take(parser.push(bytes)), ...take(parser.end())]
}

type Run = (input: Uint8Array) => Promise<Uint8Array>

async function relayAdvertisement(service: ServiceName, run: (service: string) => Promise<Uint8Array>): Promise<Uint8Array> {
  const parser = createAdvertisementParser(service)
  take(parser.push(await run(service)))
  const advertisement: Advertisement = take(parser.end())
  if (advertisement.kind === 'refs') return renderRefAdvertisement({ ...advertisement, service })
  const offered = advertisement.capabilities.filter(({ name }) => name !== 'server-option' && name !== 'object-info')
  return renderCapabilityAdvertisement({ capabilities: offered })
}

async function relayV2(body: Uint8Array, log: RelayLog, run: Run): Promise<Uint8Array> {
  const command = take(parseV2Request(body))
  if (command.kind === 'empty') return FLUSH_PACKET
  if (command.kind === 'ls-refs') {
    const parser = createLsRefsResponseParser()
    take(parser.push(await run(renderLsRefsRequest(command.request))))
    return renderLsRefsResponse(take(parser.end()))
  }
  log.fetches.push(command.request)
  return renderFetchResponse(events(createFetchResponseParser(), await run(renderFetchRequest(command.request))))
}

function renderFetchResponse(list: readonly FetchResponseEvent[]): Uint8Array {
  const acknowledgments = list.find((event) => event.kind === 'acknowledgments')
  const shallowInfo = list.find((event) => event.kind === 'shallow-info')
  const pack = list.some((event) => event.kind === 'data')
  const head = renderFetchResponseHead({
    ...(acknowledgments === undefined ? {} : { acknowledgments }),
    ...(shallowInfo === undefined ? {} : { shallowInfo }),
    pack,
  })
  const pieces = list.map((event) => {
    if (event.kind === 'data') return renderSideband(1, event.data)
    return event.kind === 'progress' ? renderSideband(2, event.data) : Buffer.alloc(0)
  })
  return Buffer.concat([head, ...pieces, ...(pack ? [FLUSH_PACKET] : [])])
}

async function relayV0(body: Uint8Array, log: RelayLog, run: Run): Promise<Uint8Array> {
  const message = take(parseUploadPackRequest(body))
  if (message.kind === 'empty') return FLUSH_PACKET
  log.fetches.push(message.request)
  const output = await run(renderUploadPackRequest(message))
  const { request, round, sideband } = message
  events(createUploadPackResponseParser({ depth: changesDepth(request), sideband: sideband !== 'none', pack: round === 'pack' }), output)
  return output
}

async function relayPush(body: Uint8Array, log: RelayLog, run: Run): Promise<Uint8Array> {
  const [first, ...pack] = events(createReceivePackRequestParser(), body)
  if (first?.kind !== 'commands') {
    log.probes.push('git-receive-pack')
    return FLUSH_PACKET
  }
  log.pushes.push(first.request)
  const input = Buffer.concat([renderReceivePackRequest(first.request), ...pack.map((event) => (event.kind === 'data' ? event.data : Buffer.alloc(0)))])
  const { capabilities } = first.request
  const answered = events(createReceivePackResponseParser(capabilities), await run(input))
  return renderPushResponse(answered, capabilities.reportStatus === 'report-status-v2' ? 'report-status-v2' : 'report-status')
}

function renderPushResponse(list: readonly ReceivePackResponseEvent[], version: 'report-status' | 'report-status-v2'): Uint8Array {
  const pieces = list.map((event) => {
    if (event.kind === 'report') return renderSideband(1, renderReportStatus(event.report, version))
    return event.kind === 'progress' ? renderSideband(2, event.data) : renderSideband(3, Buffer.from(event.message))
  })
  return Buffer.concat([...pieces, FLUSH_PACKET])
}
