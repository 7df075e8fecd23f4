import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Beneath `/api/v1`. */
  readonly path: string
  readonly body?: unknown
  /** The value of the Authorization header; the administrator's token when it is left out. */
  readonly authorization?: string
}

export interface GiteaApi {
  /** Calls and answers with whatever came back. */
  try(call: ApiCall): Promise<ApiAnswer>
  /** Calls and insists on success. */
  call(call: ApiCall): Promise<unknown>
}

export interface ApiOptions {
  readonly origin: string
  readonly token: string
  /** The authority to trust, for HTTPS. */
  readonly ca: string | undefined
}

export function createApi(options: ApiOptions): GiteaApi {
  const tryCall = async (call: ApiCall): Promise<ApiAnswer> => {
    const { status, text } = await send(options, call)
    return { status, body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as unknown) : text }
  }
  return {
    try: tryCall,
    call: async (call) => {
      const { status, body } = await tryCall(call)
      if (status >= 200 && status < 300) return body
      throw new Error(`gitea answered ${call.method} ${call.path} with ${status}: ${JSON.stringify(body)}`)
    },
  }
}

/** Whether the server answers its health check yet. */
export async function isHealthy(options: Omit<ApiOptions, 'token'>): Promise<boolean> {
  try {
    const { status } = await send({ ...options, token: '' }, { method: 'GET', path: '/../healthz' })
    return status === 200
  } catch {
    return false // it does not listen yet
  }
}

export function basicAuthorization(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
}

function send({ origin, token, ca }: ApiOptions, call: ApiCall): Promise<{ status: number; text: string }> {
  const url = new URL(`${origin}/api/v1${call.path}`)
  const payload = call.body === undefined ? undefined : JSON.stringify(call.body)
  const headers = {
    accept: 'application/json',
    ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === '' ? {} : { authorization: call.authorization ?? `token ${token}` }),
  }
  return new Promise((resolve, reject) => {
    const receive = (response: IncomingMessage): void => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    }
    const options = { method: call.method, headers, agent: false } as const
    const outgoing = ca === undefined ? requestHttp(url, options, receive) : requestHttps(url, { ...options, ca }, receive)
    outgoing.on('error', reject)
    outgoing.end(payload)
  })
}
