import { type GhExecuteAnswer, type GhExecuteBody, RefwardError, printable } from '@refward/core-policy'

import { callGateway } from '../gateway/call-gateway.ts'
import type { GatewayAccess } from '../gateway/find-gateway.ts'
import { readRefusal } from '../gateway/read-refusal.ts'

/** How a command of gh ends. */
export interface GhEnd {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const EXIT_FAILED = 1
/** gh's own, for what needs a login. */
const EXIT_AUTHENTICATION = 4

/** Has the gateway run a command line. Whoever listens at its address may have answered: nothing of it steers a terminal. @throws RefwardError RW_SHIM_UNREACHABLE, RW_SHIM_ANSWER */
export async function askGh(access: GatewayAccess, question: GhExecuteBody): Promise<GhEnd> {
  const { status, value } = await callGateway(access, { path: '/api/v1/gh/execute', body: question })
  const { exit_code: exitCode, stdout, stderr } = value as Partial<Record<keyof GhExecuteAnswer, unknown>>
  if (typeof exitCode === 'number' && Number.isInteger(exitCode) && exitCode >= 0 && exitCode < 126 && typeof stdout === 'string' && typeof stderr === 'string') return { exitCode, stdout: question.tty === true ? printable(stdout) : stdout, stderr: printable(stderr) }
  const refusal = readRefusal(value)
  if (refusal === undefined) throw new RefwardError('RW_SHIM_ANSWER', { address: access.address, detail: `status ${status} and no answer to a command of gh` })
  return endWith(status, refusal)
}

/** The end of a command that did not come as far as a command of gh. */
export function endWith(status: number, { code, message, hint, further = [] }: { readonly code: string; readonly message: string; readonly hint: string; readonly further?: readonly string[] }): GhEnd {
  const lines = [`refward: ${message} (${code})`, ...(hint === '' ? [] : [`refward: ${hint}`]), ...further.map((text) => `refward: ${text}`)]
  return { exitCode: status === 401 ? EXIT_AUTHENTICATION : EXIT_FAILED, stdout: '', stderr: lines.map((line) => `${line}\n`).join('') }
}
