import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { describe, expect, it, onTestFinished } from 'vitest'

import { type GhEnd, askGh } from './ask-gh.ts'

const STEERING = 'a\u001b]0;gone\u0007\u009b2J\rb\u202e\tc\r\n'
const SHOWN = String.raw`a\u001b]0;gone\u0007\u009b2J\u000db\u202e` + '\tc\n'

/** Asks something that answers in the gateway's place. */
async function ask(answer: object, tty: boolean): Promise<GhEnd> {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return askGh({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'x', caFile: undefined }, { args: ['pr', 'list'], tty })
}

describe('an answer of whoever listens at the address of the gateway', () => {
  it('steers no terminal', async () => {
    expect(await ask({ exit_code: 3, stdout: STEERING, stderr: STEERING }, true)).toEqual({ exitCode: 3, stdout: SHOWN, stderr: SHOWN })
  })

  it('is for a program what it is, and messages are for people', async () => {
    expect(await ask({ exit_code: 0, stdout: STEERING, stderr: STEERING }, false)).toEqual({ exitCode: 0, stdout: STEERING, stderr: SHOWN })
  })

  it.each([
    { name: 'an end that a signal would be', answer: { exit_code: 137, stdout: '', stderr: '' } },
    { name: 'an end that is none', answer: { exit_code: -1, stdout: '', stderr: '' } },
    { name: 'half an exit code', answer: { exit_code: 0.5, stdout: '', stderr: '' } },
    { name: 'output that is none', answer: { exit_code: 0, stdout: ['x'], stderr: '' } },
    { name: 'a refusal with a code of its own', answer: { message: 'x', error: { code: 'RW_\u001b[2J' } } },
  ])('is none with $name', async ({ answer }) => {
    await expect(ask(answer, true)).rejects.toThrow(expect.objectContaining({ code: 'RW_SHIM_ANSWER' }))
  })
})
