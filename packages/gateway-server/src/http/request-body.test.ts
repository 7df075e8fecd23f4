import { type IncomingMessage, type Server, createServer } from 'node:http'
import { type AddressInfo, type Socket, connect } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { RefwardError } from '@refward/core-policy'
import { type BodyBounds, readRequestBody } from './request-body.ts'

const bounds: BodyBounds = { maxBytes: 100_000, idleMs: 5_000, graceMs: 10_000, minBytesPerSecond: 1024 }
const open: { server?: Server; socket?: Socket } = {}

afterEach(() => {
  open.socket?.destroy()
  open.server?.close()
})

/** Sends raw bytes after the header lines over a real socket and returns what reading the body came to. */
async function readOver(headers: string, body: (socket: Socket) => void, limits: Partial<BodyBounds> = {}, now: () => number = Date.now): Promise<number | RefwardError> {
  const request = await new Promise<IncomingMessage>((resolve) => {
    const server = createServer((incoming) => resolve(incoming)).listen(0, '127.0.0.1', () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      socket.on('error', () => socket.destroy())
      socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`)
      body(socket)
      Object.assign(open, { server, socket })
    })
  })
  let total = 0
  try {
    for await (const chunk of readRequestBody(request, { ...bounds, ...limits }, now)) total += chunk.byteLength
    return total
  } catch (error) {
    if (error instanceof RefwardError) return error
    throw error
  }
}

const withLength = (bytes: Uint8Array, encoding = 'identity'): [string, (socket: Socket) => void] => [
  `Content-Encoding: ${encoding}\r\nContent-Length: ${bytes.byteLength}`,
  (socket) => void socket.write(bytes),
]

describe('readRequestBody', () => {
  it('reads an identity body', async () => {
    expect(await readOver(...withLength(Buffer.alloc(50_000, 'x')))).toBe(50_000)
  })

  it('decodes gzip', async () => {
    expect(await readOver(...withLength(gzipSync(Buffer.alloc(50_000, 'x')), 'gzip'))).toBe(50_000)
  })

  it.each([
    { name: 'a gzip bomb', arguments: withLength(gzipSync(Buffer.alloc(10_000_000)), 'gzip'), code: 'RW_LIMIT_REQUEST_BYTES' },
    { name: 'a body beyond the bound', arguments: withLength(Buffer.alloc(100_001)), code: 'RW_LIMIT_REQUEST_BYTES' },
    { name: 'a gzip body that is not gzip', arguments: withLength(Buffer.from('not gzip at all'), 'gzip'), code: 'RW_REQUEST_MALFORMED' },
    { name: 'brotli', arguments: withLength(brotliCompressSync(Buffer.from('x')), 'br'), code: 'RW_REQUEST_ENCODING' },
    { name: 'stacked encodings', arguments: withLength(gzipSync(Buffer.from('x')), 'gzip, gzip'), code: 'RW_REQUEST_ENCODING' },
  ])('refuses $name', async ({ arguments: [headers, body], code }) => {
    expect(await readOver(headers, body)).toMatchObject({ code })
  })

  it('refuses a client that falls silent', async () => {
    const outcome = await readOver('Content-Length: 100', (socket) => void socket.write('x'), { idleMs: 50 })
    expect(outcome).toMatchObject({ code: 'RW_CLIENT_SLOW' })
  })

  it('refuses a client that sends a byte a second', async () => {
    let now = 0
    // Each look at the clock is half a second later, so every wait for a chunk counts as slow without any real waiting.
    const clock = (): number => (now += 500)
    const trickle = (socket: Socket): void => {
      const next = (left: number): void => {
        if (left > 0 && !socket.destroyed) socket.write('1\r\nx\r\n', () => setImmediate(() => next(left - 1)))
      }
      socket.setNoDelay(true)
      next(10_000)
    }
    expect(await readOver('Transfer-Encoding: chunked', trickle, { graceMs: 1_000 }, clock)).toMatchObject({ code: 'RW_CLIENT_SLOW' })
  })

  it.each([
    { name: 'identity', headers: 'Content-Length: 100' },
    { name: 'gzip', headers: 'Content-Encoding: gzip\r\nContent-Length: 100' },
  ])('says that the client went away in the middle of an $name body', async ({ headers }) => {
    const outcome = await readOver(headers, (socket) => {
      socket.write(gzipSync('some bytes').subarray(0, 12), () => socket.destroy())
    })
    expect(outcome).toMatchObject({ code: 'RW_REQUEST_MALFORMED' })
    expect(String(outcome)).toContain('went away')
  })
})
