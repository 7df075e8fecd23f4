import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { callControl } from '../testing/call-control.ts'
import { type TestGateway, startTestGateway } from '../testing/start-test-gateway.ts'

const ME = process.getuid?.() ?? 0
const isRoot = ME === 0

let base: string
let directory: string
let gateway: TestGateway
let token: string

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'refward-sockets-')))
  await chmod(base, 0o711)
  directory = join(base, 'sockets')
  gateway = await startTestGateway(configure(directory))
  token = await gateway.addAgent('fixer', ['forge/acme/widget'])
})

afterEach(async () => {
  await gateway.close()
  await rm(base, { recursive: true, force: true })
})

function configure(sockets: string | undefined): string {
  return `${sockets === undefined ? '' : `sessions: { sockets: ${sockets} }\n`}repositories:\n  forge/acme/widget: { read: ["*"], push: ["*"] }\n`
}

interface Bound {
  readonly status: number
  readonly body: { readonly socket: string; readonly token: string; readonly session: { readonly id: string; readonly uid: number }; readonly error?: { readonly code: string } }
}

async function bind(uid: number, more: object = {}): Promise<Bound> {
  const { status, body } = await callControl(gateway.controlPath, 'POST', '/v1/sessions', { agent: 'fixer', uid, ...more })
  return { status, body: JSON.parse(body) as Bound['body'] }
}

/** Asks who one is, over a socket or the network. @returns the agent, or the code of the refusal. */
function ask(where: { readonly socketPath: string } | undefined, bearer: string): Promise<string> {
  const { hostname, port } = new URL(gateway.origin)
  return new Promise((resolve, reject) => {
    const call = request({ ...(where ?? { hostname, port }), path: '/api/v1/whoami', headers: { authorization: `Bearer ${bearer}` } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.once('end', () => {
        const body = JSON.parse(text) as { readonly agent?: string; readonly error?: { readonly code: string } }
        resolve(body.error?.code ?? String(body.agent))
      })
    })
    call.once('error', reject).end()
  })
}

test('a session of one user is good over its own socket, and nowhere else', async () => {
  const { status, body } = await bind(ME)
  expect({ status, socket: body.socket, uid: body.session.uid }).toEqual({ status: 201, socket: join(directory, `${body.session.id}.sock`), uid: ME })
  expect(await ask({ socketPath: body.socket }, body.token)).toBe('fixer')
  expect(await ask(undefined, body.token)).toBe('RW_SESSION_SOCKET')
})

test('its socket takes no other token: neither a free one nor that of another socket', async () => {
  const [one, two] = [await bind(ME), await bind(ME)]
  expect(await ask({ socketPath: one.body.socket }, token)).toBe('RW_SESSION_SOCKET')
  expect(await ask({ socketPath: one.body.socket }, two.body.token)).toBe('RW_SESSION_SOCKET')
  expect(await ask({ socketPath: two.body.socket }, two.body.token)).toBe('fixer')
  expect(await ask(undefined, token)).toBe('fixer')
})

test('only its user can open it, in a directory that shows nothing to others', async () => {
  const { body } = await bind(ME)
  const [socket, above] = [await stat(body.socket), await stat(directory)]
  expect([socket.mode & 0o777, socket.uid, above.mode & 0o777]).toEqual([0o600, ME, 0o711])
})

const CURL = '/usr/bin/curl'

test.runIf(isRoot && existsSync(CURL))('the user that it is for can open it, and another cannot', async () => {
  const { body } = await bind(12_345)
  expect((await stat(body.socket)).uid).toBe(12_345)
  const connect = async (uid: number): Promise<string> => {
    const ask = ['--silent', '--max-time', '20', '--unix-socket', body.socket, '--header', `authorization: Bearer ${body.token}`, 'http://refward/api/v1/whoami']
    return promisify(execFile)(CURL, ask, { uid, gid: uid }).then(({ stdout }) => stdout, () => 'refused')
  }
  expect(await connect(12_345)).toContain('"agent":"fixer"')
  expect(await connect(12_346)).toBe('refused')
})

test('for another user it is refused where the gateway may not give it away, and no session is left', async () => {
  const user = isRoot ? 12_345 : ME
  await asUser(user, async () => {
    expect((await bind(user)).status).toBe(201)
    expect(await bind(user + 1)).toMatchObject({ status: 409, body: { error: { code: 'RW_SESSION_SOCKET_UNAVAILABLE' } } })
  })
  expect((await gateway.ledger.boundSessions()).map(({ uid }) => uid)).toEqual([user])
  expect(await readdir(directory)).toHaveLength(1)
})

/** A process that runs as root may give everything away, so it is another user's for a while, with what that user needs of it. */
async function asUser(uid: number, work: () => Promise<void>): Promise<void> {
  if (!isRoot) return work()
  await chmod(dirname(gateway.controlPath), 0o711)
  for (const path of [gateway.controlPath, directory]) await chown(path, uid, uid)
  process.seteuid?.(uid)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}

test('it ends with the session', async () => {
  const { body } = await bind(ME)
  await callControl(gateway.controlPath, 'DELETE', `/v1/sessions/${body.session.id}`)
  expect(await readdir(directory)).toEqual([])
})

test('and is refused when the session has ended in another way, before it is taken away', async () => {
  const { body } = await bind(ME)
  for (const { id } of await gateway.ledger.boundSessions()) await gateway.ledger.revokeSession(id)
  expect(await ask({ socketPath: body.socket }, body.token)).toBe('RW_SESSION_REVOKED')
})

test('an address and a user exclude each other', async () => {
  expect(await bind(ME, { peer: '127.0.0.1' })).toMatchObject({ status: 400, body: { error: { code: 'RW_ARGUMENT_INVALID' } } })
})

test('without a directory for them there are none, and no session is made', async () => {
  await gateway.close()
  gateway = await startTestGateway(configure(undefined))
  await gateway.addAgent('fixer', ['forge/acme/widget'])
  expect(await bind(ME)).toMatchObject({ status: 409, body: { error: { code: 'RW_SESSION_SOCKET_UNAVAILABLE' } } })
  expect(await gateway.ledger.listSessions()).toHaveLength(1)
})

test('a start takes away what a crash left, and nothing else', async () => {
  await gateway.close()
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'notes.sock'), 'no socket')
  const stale = createServer().listen(join(directory, 'stale.sock'))
  await once(stale, 'listening')
  gateway = await startTestGateway(configure(directory))
  expect(await readdir(directory)).toEqual(['notes.sock'])
  stale.close()
})
