import { once } from 'node:events'
import { type IncomingMessage, type RequestListener, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { describe, expect, it, onTestFinished } from 'vitest'

import { type GatewayReply, callGateway } from './call-gateway.ts'
import { readRefusal } from './read-refusal.ts'

const token = `rfw_${'a'.repeat(16)}_${'b'.repeat(52)}`
const question = { path: '/api/v1/gh/execute', body: { args: ['größe'] } }

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function call(address: string, more: { readonly timeoutMs?: number; readonly maxBytes?: number } = {}): Promise<GatewayReply> {
  return callGateway({ address, token, caFile: undefined }, { ...question, ...more })
}

describe('a question to the gateway', () => {
  it('is one POST of JSON with the token of the session, beneath the path of the gateway', async () => {
    const seen: { readonly request: IncomingMessage; readonly body: string }[] = []
    const origin = await listen((request, response) => {
      response.writeHead(403, { 'content-type': 'application/json; charset=utf-8' })
      void text(request).then((body) => {
        seen.push({ request, body })
        return response.end('{"success": false}')
      })
    })
    expect(await call(`${origin}/tools`)).toEqual({ status: 403, value: { success: false } })
    expect(seen.map(({ request: { method, url }, body }) => ({ method, url, body }))).toEqual([{ method: 'POST', url: '/tools/api/v1/gh/execute', body: '{"args":["größe"]}' }])
    expect(seen[0]?.request.headers).toMatchObject({ authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-encoding': 'identity' })
  })

  it.each<{ readonly name: string; readonly listener: RequestListener; readonly says: RegExp }>([
    { name: 'a redirect', listener: (_, response) => response.writeHead(307, { location: 'http://elsewhere.example/', 'content-type': 'application/json' }).end('{}'), says: /is a redirect/ },
    { name: 'a page', listener: (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>'), says: /status 502 and no JSON/ },
    { name: 'nothing', listener: (request) => request.socket.destroy(), says: /socket hang up/ },
    { name: 'half an answer', listener: (request, response) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': 20 }).write('{"a":', () => request.socket.destroy()), says: /aborted/ },
    { name: 'no object', listener: (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[]'), says: /no object of JSON/ },
    { name: 'no JSON', listener: (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{'), says: /JSON/ },
    { name: 'an encoding', listener: (_, response) => response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br' }).end('x'), says: /is encoded/ },
    { name: 'too much', listener: (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ a: 'a'.repeat(2000) })), says: /larger than 1000 bytes/ },
    { name: 'no end', listener: (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{'), says: /took too long/ },
  ])('that gets $name is told to be unclear', async ({ listener, says }) => {
    const called = call(await listen(listener), { maxBytes: 1000, timeoutMs: 300 })
    await expect(called).rejects.toThrow(expect.objectContaining({ code: 'RW_SHIM_ANSWER', message: expect.stringMatching(says) as unknown }))
  })

  it('to where nobody listens is told not to have been sent', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    for (const host of ['127.0.0.1', 'localhost']) {
      await expect(call(`http://${host}:${port}`)).rejects.toThrow(expect.objectContaining({ code: 'RW_SHIM_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED') as unknown }))
    }
  })

  it('is not sent without the certificates that git was told', async () => {
    const called = callGateway({ address: 'https://127.0.0.1:1', token, caFile: '/no/ca.pem' }, question)
    await expect(called).rejects.toThrow(expect.objectContaining({ code: 'RW_SHIM_UNREACHABLE', message: expect.stringContaining('/no/ca.pem') as unknown }))
  })
})

describe('a refusal', () => {
  const error = { code: 'RW_GH_USAGE', hint: 'do this' }

  it('is told with all that is wrong, and reaches no terminal as it is', () => {
    const problems = [{ message: 'first' }, { message: 'second\u001b[2J' }, 'x', { message: 1 }]
    expect(readRefusal({ success: false, message: 'first\u001b]0;x', error: { ...error, problems } })).toEqual({ code: 'RW_GH_USAGE', message: 'first\\x1b]0;x', hint: 'do this', further: ['second\\x1b[2J'] })
  })

  it.each([{}, { message: 'x' }, { message: 1, error }, { message: 'x', error: [] }, { message: 'x', error: { code: 'other\u001b' } }])('is none in %j', (value) => {
    expect(readRefusal(value)).toBeUndefined()
  })
})
