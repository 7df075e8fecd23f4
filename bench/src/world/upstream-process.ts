import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readJsonLines } from './json-lines.ts'

/** The reference: real `git http-backend` behind a password, in a process of its own. */
export interface UpstreamProcess {
  readonly origin: string
  readonly root: string
  readonly user: string
  readonly password: string
  /** Object fetches of one repository since the start. */
  fetches(repository: string): number
  stop(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('../../../testing/http-upstream/src/main.ts', import.meta.url))

export async function startUpstreamProcess(root: string): Promise<UpstreamProcess> {
  const password = randomBytes(18).toString('base64url')
  const child = spawn(process.execPath, ['--conditions=refward-source', PROGRAM, '--root', root], {
    env: { PATH: process.env['PATH'], UPSTREAM_PASSWORD: password },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const fetched = new Map<string, number>()
  const ready = Promise.withResolvers<{ readonly origin: string; readonly user: string }>()
  child.once('exit', () => ready.reject(new Error('the upstream ended before it was ready')))
  readJsonLines(child.stdout, (line) => {
    if (line['event'] === 'ready') ready.resolve({ origin: String(line['origin']), user: String(line['user']) })
    // A request that was answered with 401 fetched nothing.
    if (line['operation'] === 'fetch' && line['authorization'] === 'accepted') {
      const name = String(line['repository'])
      fetched.set(name, (fetched.get(name) ?? 0) + 1)
    }
  })
  const { origin, user } = await ready.promise
  return {
    origin,
    root,
    user,
    password,
    fetches: (repository) => fetched.get(repository) ?? 0,
    stop: async () => {
      child.stdin.end()
      child.kill()
      await once(child, 'exit')
    },
  }
}
