import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'

import type { Problem, RefwardCode } from '@refward/core-policy'
import { RefwardError, errorTable } from '@refward/core-policy'

import { CommandRefused } from '../cli/command-refused.ts'

/** Speaks to the running gateway over its control socket. Whoever can open the socket is the operator; nothing else proves it. */
export interface ControlClient {
  /** The members of the answer. @throws CommandRefused with what the gateway said; RefwardError RW_CONTROL_UNREACHABLE. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Readonly<Record<string, unknown>>>
}

/** An undo waits for the forge, which may take its time. */
const answerMilliseconds = 10 * 60_000
const largestAnswer = 64 * 1024 * 1024

export function createControlClient(socketPath: string): ControlClient {
  return {
    call: async (method, path, body) => {
      const response = await send(socketPath, { method, path, body })
      return readAnswer(await readBody(response), response.statusCode ?? 0)
    },
  }
}

/** True when a gateway answers at the socket. A socket file that a crash left behind does not. */
export async function isGatewayRunning(socketPath: string): Promise<boolean> {
  try {
    await createControlClient(socketPath).call('GET', '/v1/status')
    return true
  } catch (error) {
    if (error instanceof RefwardError && error.code === 'RW_CONTROL_UNREACHABLE') return false
    throw error
  }
}

interface ControlRequest {
  readonly method: string
  readonly path: string
  readonly body: object | undefined
}

async function send(socketPath: string, { method, path, body }: ControlRequest): Promise<IncomingMessage> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const call = request({ socketPath, method, path, headers, timeout: answerMilliseconds })
  call.on('timeout', () => call.destroy(new Error('the gateway did not answer')))
  const answered = once(call, 'response') as Promise<[IncomingMessage]>
  call.end(body === undefined ? undefined : JSON.stringify(body))
  try {
    return (await answered)[0]
  } catch (cause) {
    throw new RefwardError('RW_CONTROL_UNREACHABLE', { socket: socketPath }, { cause })
  }
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > largestAnswer) throw foreignAnswer('an answer without end')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function readAnswer(text: string, status: number): Readonly<Record<string, unknown>> {
  const answer = parseObject(text)
  if (status < 300 && answer['success'] === true) return answer
  const { message, error } = answer
  if (typeof message !== 'string' || !isErrorMember(error)) throw foreignAnswer(`status ${status}`)
  throw new CommandRefused({ code: error.code, message, hint: error.hint }, readProblems(error))
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw foreignAnswer('an answer that is not JSON')
}

function isErrorMember(value: unknown): value is { readonly code: RefwardCode; readonly hint: string } {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('hint' in value)) return false
  return typeof value.code === 'string' && value.code in errorTable && typeof value.hint === 'string'
}

/** What the gateway told beside the first problem, each with what it is about. */
function readProblems(error: object): readonly Problem[] {
  const problems: unknown = 'problems' in error ? error.problems : undefined
  return Array.isArray(problems) ? problems.filter(isProblem) : []
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null || !('path' in value) || !('message' in value)) return false
  return typeof value.path === 'string' && typeof value.message === 'string' && isErrorMember(value)
}

/** Something listens on the socket that is no gateway of this version. */
function foreignAnswer(detail: string): RefwardError {
  return new RefwardError('RW_INTERNAL', {}, { cause: new Error(`the control socket gave ${detail}`) })
}
