import type { ServerResponse } from 'node:http'
import { setInterval as every } from 'node:timers'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { type AnswerHead, type AnswerSink, directSink } from './answer.ts'
import type { Fault } from './faults.ts'

/** The sink that spoils a true answer as the fault says. */
export function faultySink(fault: Fault, response: ServerResponse): AnswerSink {
  const direct = directSink(response)
  switch (fault.kind) {
    case 'stall':
      return cutAfter(direct, fault.afterBytes, () => undefined)
    case 'reset':
      return cutAfter(direct, fault.afterBytes, () => reset(response))
    case 'truncate':
      return cutAfter(direct, fault.afterBytes, () => response.end())
    case 'lost-answer':
      return { ...direct, head: () => undefined, write: () => true, end: () => reset(response) }
    case 'content-type':
      return { ...direct, head: (head) => direct.head(withHeaders(head, { 'content-type': fault.contentType })) }
    case 'encoding':
      return encodedSink(direct, fault.encoding)
    case 'drip':
      return drippingSink(direct, response, fault)
    default:
      return direct
  }
}

/** RST rather than FIN, as a crashed or overloaded peer does. */
export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}

function cutAfter(direct: AnswerSink, limit: number, cut: () => void): AnswerSink {
  let sent = 0
  let isCut = false
  const cutOnce = (): void => {
    if (!isCut) setImmediate(cut)
    isCut = true
  }
  return {
    ...direct,
    head: (head) => {
      if (limit === 0) cutOnce()
      else direct.head(withoutLength(head))
    },
    write: (chunk) => {
      if (isCut) return true
      const part = chunk.subarray(0, limit - sent)
      sent += part.length
      const more = direct.write(part)
      if (sent >= limit) cutOnce()
      return isCut || more
    },
    end: () => {
      if (!isCut) direct.end()
    },
  }
}

function encodedSink(direct: AnswerSink, encoding: 'gzip' | 'br' | 'deflate'): AnswerSink {
  const chunks: Uint8Array[] = []
  const encode = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }[encoding]
  return {
    ...direct,
    head: (head) => direct.head(withHeaders(withoutLength(head), { 'content-encoding': encoding })),
    write: (chunk) => chunks.push(chunk) > 0,
    end: () => {
      direct.write(encode(Buffer.concat(chunks)))
      direct.end()
    },
  }
}

function drippingSink(direct: AnswerSink, response: ServerResponse, pace: { bytes: number; milliseconds: number }): AnswerSink {
  let waiting = Buffer.alloc(0)
  let ended = false
  const drip = (): void => {
    direct.write(waiting.subarray(0, pace.bytes))
    waiting = waiting.subarray(pace.bytes)
    if (ended && waiting.length === 0) direct.end()
  }
  return {
    ...direct,
    head: (head) => {
      direct.head(withoutLength(head))
      response.flushHeaders()
      const timer = every(drip, pace.milliseconds)
      response.once('close', () => clearInterval(timer))
    },
    write: (chunk) => {
      waiting = Buffer.concat([waiting, chunk])
      return true
    },
    end: () => {
      ended = true
    },
  }
}

function withHeaders(head: AnswerHead, headers: AnswerHead['headers']): AnswerHead {
  return { ...head, headers: { ...head.headers, ...headers } }
}

function withoutLength(head: AnswerHead): AnswerHead {
  const { 'content-length': _length, ...headers } = head.headers
  return { ...head, headers }
}
