import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { onTestFinished } from 'vitest'

const objectId = '1'.repeat(40)
const packet = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text

/** Just enough of a gateway for `git ls-remote`: it asks for the token and lists one ref. */
export interface FakeGateway {
  readonly url: string
  /** `path` of each request and what stood in Authorization, decoded; undefined when nothing was sent. */
  readonly requests: { readonly path: string; readonly user: string | undefined }[]
}

export async function startFakeGateway(token: string): Promise<FakeGateway> {
  const requests: { path: string; user: string | undefined }[] = []
  const server = createServer((request, response) => {
    const user = request.headers.authorization?.replace(/^Basic /, '')
    const decoded = user === undefined ? undefined : Buffer.from(user, 'base64').toString()
    requests.push({ path: request.url ?? '', user: decoded })
    if (decoded?.endsWith(`:${token}`) !== true) return response.writeHead(401, { 'www-authenticate': 'Basic realm="refward"' }).end()
    const listing = `${packet('# service=git-upload-pack\n')}0000${packet(`${objectId} refs/heads/main\0agent=fake\n`)}0000`
    return response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' }).end(listing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

/** A home directory of an agent, with nothing but what the operator put there. */
export interface Sandbox {
  readonly home: string
  write(path: string, text: string): void
  git(args: readonly string[], environment?: ReadonlyMap<string, string>): Promise<{ readonly ok: boolean; readonly output: string }>
}

export function makeSandbox(): Sandbox {
  const home = mkdtempSync(join(tmpdir(), 'refward sandbox '))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const base = { HOME: home, PATH: process.env['PATH'] ?? '/usr/bin:/bin', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  return {
    home,
    write: (path, text) => {
      mkdirSync(dirname(join(home, path)), { recursive: true })
      writeFileSync(join(home, path), text, { mode: 0o600 })
    },
    git: (args, environment = new Map()) =>
      new Promise((resolve) => {
        const env = { ...base, ...Object.fromEntries(environment) }
        execFile('git', args, { cwd: home, env }, (error, stdout, stderr) => resolve({ ok: error === null, output: stdout + stderr }))
      }),
  }
}
