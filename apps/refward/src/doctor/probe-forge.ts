import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** What a forge says to anyone. */
export interface ForgeProbe {
  readonly status: number
  /** Its clock, in milliseconds since 1970; undefined when it does not tell. */
  readonly date: number | undefined
}

const probeMilliseconds = 10_000

/** One HEAD request, without a credential, following nothing. */
export async function probeForge(url: string, caFile: string | undefined): Promise<ForgeProbe> {
  const options = { method: 'HEAD', timeout: probeMilliseconds, ...(caFile !== undefined && { ca: readFileSync(caFile) }) }
  const request = new URL(url).protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
  request.on('timeout', () => request.destroy(new Error('it did not answer in 10 seconds')))
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  const date = Date.parse(response.headers.date ?? '')
  return { status: response.statusCode ?? 0, date: Number.isNaN(date) ? undefined : date }
}
