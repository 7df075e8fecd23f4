import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type Socket, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { createControlClient, isGatewayRunning } from './control-client.ts'

async function serve(answer: (socket: Socket) => void): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'refward-control-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'control.sock')
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  }).listen(path)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return path
}

function http(body: string, status = '200 OK'): (socket: Socket) => void {
  return (socket) => socket.end(`HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

describe('the control client', () => {
  it('gives what the gateway answered', async () => {
    const path = await serve(http('{"success":true,"agents":[]}'))
    expect(await createControlClient(path).call('GET', '/v1/agents')).toMatchObject({ agents: [] })
  })

  it('throws what the gateway refused, in its words', async () => {
    const path = await serve(http('{"success":false,"message":"no","error":{"code":"RW_AGENT_UNKNOWN","hint":"h"}}', '404 Not Found'))
    await expect(createControlClient(path).call('GET', '/v1/agents/x')).rejects.toMatchObject({ code: 'RW_AGENT_UNKNOWN', message: 'no', hint: 'h' })
  })

  it.each([
    { name: 'nothing', answer: (socket: Socket) => void socket.end() },
    { name: 'no HTTP', answer: (socket: Socket) => void socket.end('SSH-2.0-OpenSSH\r\n') },
  ])('says that no gateway answers when there is $name', async ({ answer }) => {
    const path = await serve(answer)
    await expect(createControlClient(path).call('GET', '/')).rejects.toMatchObject({ code: 'RW_CONTROL_UNREACHABLE' })
    expect(await isGatewayRunning(path)).toBe(false)
  })

  it.each([
    { name: 'a web page', body: '<html>', status: '200 OK' },
    { name: 'a number', body: '1', status: '200 OK' },
    { name: 'success with an error status', body: '{"success":true}', status: '500 Oh' },
    { name: 'an error of another program', body: '{"success":false,"message":"no","error":{"code":"EPERM","hint":"h"}}', status: '403 No' },
    { name: 'an error without words', body: '{"success":false}', status: '403 No' },
  ])('does not believe $name', async ({ body, status }) => {
    const path = await serve(http(body, status))
    await expect(createControlClient(path).call('GET', '/')).rejects.toMatchObject({ code: 'RW_INTERNAL' })
  })

  it('takes no answer without end', async () => {
    const endless = (socket: Socket): void => {
      const chunk = Buffer.alloc(1024 * 1024, 97)
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = (): void => {
        while (socket.writable && socket.write(chunk));
      }
      socket.on('drain', more)
      more()
    }
    await expect(createControlClient(await serve(endless)).call('GET', '/')).rejects.toMatchObject({ code: 'RW_INTERNAL' })
  })

  it('tells a socket that a crash left from a gateway', async () => {
    expect(await isGatewayRunning('/nowhere/control.sock')).toBe(false)
  })
})
