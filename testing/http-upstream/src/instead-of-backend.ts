import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGzip } from 'node:zlib'
import type { Fault } from './faults.ts'
import { reset } from './faulty-sink.ts'
import type { RequestRecord } from './request-log.ts'

/** Faults that answer without the backend. False: this fault wants the true answer. */
export function answerInstead(fault: Fault, exchange: { request: IncomingMessage; response: ServerResponse; record: RequestRecord }): boolean {
  const { request, response, record } = exchange
  const typed = { 'content-type': gitContentType(record) }
  switch (fault.kind) {
    case 'half-open':
      request.resume()
      return true
    case 'stall-upload':
      readUntil(request, fault.afterBytes, () => request.pause())
      return true
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'text/plain', ...fault.headers }).end(fault.body ?? '')
      return true
    case 'redirect':
      response.writeHead(fault.status ?? 302, { location: fault.location }).end()
      return true
    case 'nonsense':
      request.resume()
      response.writeHead(200, typed).end(fault.body)
      return true
    case 'endless':
      request.resume()
      response.writeHead(200, typed)
      response.write(fault.first ?? '')
      pourForever(response, fault.chunk)
      return true
    case 'gzip-bomb':
      request.resume()
      pourBomb(response.writeHead(200, { ...typed, 'content-encoding': 'gzip' }), fault.decodedBytes)
      return true
    case 'reset-upload':
      readUntil(request, fault.afterBytes, () => reset(response))
      return false
    default:
      return false
  }
}

function gitContentType(record: RequestRecord): string {
  const service = record.service ?? 'git-upload-pack'
  return `application/x-${service}-${record.operation === 'advertise' ? 'advertisement' : 'result'}`
}

function readUntil(request: IncomingMessage, limit: number, then: () => void): void {
  let read = 0
  request.on('data', (chunk: Buffer) => {
    read += chunk.length
    if (read >= limit) then()
  })
}

function pourForever(response: ServerResponse, chunk: string | Uint8Array): void {
  const pour = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', pour)
  pour()
}

function pourBomb(response: ServerResponse, decodedBytes: number): void {
  const gzip = createGzip({ level: 9 })
  gzip.pipe(response)
  response.on('close', () => gzip.destroy())
  const zeros = Buffer.alloc(65_536)
  let left = decodedBytes
  const pour = (): void => {
    while (left > 0 && !gzip.destroyed) {
      left -= zeros.length
      if (!gzip.write(zeros)) return
    }
    gzip.end()
  }
  gzip.on('drain', pour)
  pour()
}
