import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGunzip } from 'node:zlib'
import { RefwardError } from '@refward/core-policy'
import { renderRefAdvertisement } from '@refward/git-wire'
import type { PushListing } from '@refward/upstream'
import type { PushAnswerSink } from '../push-answer.ts'

export interface PushServer {
  readonly url: string
  close(): Promise<void>
}

export interface PushRoutes {
  list(): Promise<PushListing>
  push(body: AsyncIterable<Uint8Array>, answer: PushAnswerSink, signal: AbortSignal): Promise<unknown>
}

const CAPABILITIES = ['report-status', 'report-status-v2', 'delete-refs', 'side-band-64k', 'quiet', 'atomic', 'ofs-delta', 'object-format=sha1']

/** The least of an HTTP server that real git clients can push to. */
export async function startPushServer(routes: PushRoutes): Promise<PushServer> {
  const server: Server = createServer((request, response) => {
    serve(routes, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(error instanceof RefwardError ? error.status : 500)
      response.end(error instanceof Error ? error.message : 'failed')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/widget.git`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function serve(routes: PushRoutes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET') {
    const { refs } = await routes.list()
    const capabilities = CAPABILITIES.map((text) => {
      const [name = '', value] = text.split('=')
      return value === undefined ? { name } : { name, value }
    })
    response.writeHead(200, { 'content-type': 'application/x-git-receive-pack-advertisement', 'cache-control': 'no-cache' })
    response.end(renderRefAdvertisement({ service: 'git-receive-pack', version: 0, refs, capabilities }))
    return
  }
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client went away'))
  })
  const body: AsyncIterable<Uint8Array> = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
  await routes.push(body, createSink(response), gone.signal)
}

function createSink(response: ServerResponse): PushAnswerSink {
  const begin = (): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-git-receive-pack-result', 'cache-control': 'no-cache' })
  }
  return {
    write: async (bytes) => {
      begin()
      if (response.destroyed || response.write(bytes)) return
      await new Promise<void>((resolve) => {
        const done = (): void => {
          response.off('drain', done).off('close', done)
          resolve()
        }
        response.on('drain', done).on('close', done)
      })
    },
    end: async () => {
      begin()
      if (!response.destroyed) await new Promise<void>((resolve) => response.end(() => resolve()))
    },
  }
}
