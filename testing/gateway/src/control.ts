import { request } from 'node:http'

export interface ControlAnswer {
  readonly status: number
  readonly body: string
}

/** One request over the operator's socket. */
export function callControl(socketPath: string, method: string, path: string, body?: object): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const call = request({ socketPath, method, path, headers, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: text }))
    })
    call.once('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
