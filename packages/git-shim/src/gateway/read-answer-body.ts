import type { IncomingMessage } from 'node:http'

/** Reads an answer to its end, as one object of JSON. @throws Error with a clause that says what is wrong with it */
export async function readAnswerBody(response: IncomingMessage, maxBytes: number): Promise<Readonly<Record<string, unknown>>> {
  if (response.headers['content-encoding'] !== undefined) throw new Error('it is encoded, which was not asked for')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  if (!isObject(value)) throw new Error('it is no object of JSON')
  return value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
