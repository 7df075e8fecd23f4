import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The shipped program, as an operator starts it. */
export interface GatewayProcess {
  readonly origin: string
  readonly pid: number
  /** Of the one agent's session. */
  readonly token: string
  /** The URL of a repository with the agent's token in it. */
  url(repository: string): string
  /** A session that shares a directory with the gateway. @returns its token. */
  share(root: string, repository: string): Promise<string>
  stop(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('../../../apps/refward/dist/main.js', import.meta.url))
const run = promisify(execFile)

/** The forge that is behind a gateway. */
export interface BenchForge {
  /** Plain git by default. */
  readonly kind?: 'git' | 'gitea'
  readonly origin: string
  readonly user: string
  readonly password: string
}

/** Starts a gateway with an empty data directory and one agent that may do what the rows need. */
export async function startGatewayProcess(directory: string, upstream: BenchForge): Promise<GatewayProcess> {
  await mkdir(directory, { recursive: true })
  const port = await findFreePort()
  const config = join(directory, 'refward.yaml')
  await writeFile(config, renderConfig(upstream, port))
  const env = { PATH: process.env['PATH'], HOME: directory, FORGE_PASSWORD: upstream.password }
  const child = spawn(process.execPath, [PROGRAM, 'up', '--config', config], { cwd: directory, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const origin = `http://127.0.0.1:${port}`
  await waitUntilReady(origin, child)
  const makeToken = async (...command: readonly string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [PROGRAM, ...command, '--json', '--config', config], { cwd: directory, env })
    return (JSON.parse(stdout) as { readonly token: string }).token
  }
  const token = await makeToken('agent', 'add', 'bench', '--repo', 'bench/acme/*')
  return {
    origin,
    pid: child.pid ?? 0,
    token,
    url: (repository) => `http://bench:${token}@127.0.0.1:${port}/git/bench/${repository}`,
    share: (root, repository) => makeToken('session', 'add', 'bench', '--root', `bench/${repository.replace(/\.git$/, '')}=${root}`),
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function renderConfig({ kind = 'git', origin, user }: BenchForge, port: number): string {
  return `version: 1
listen: 127.0.0.1:${port}
forges:
  bench:
    kind: ${kind}
    url: ${origin}
    credential: { env: FORGE_PASSWORD, username: ${user} }
limits: { agent_per_minute: 100000, agent_in_flight: 200, in_flight: 200 }
repositories:
  bench/acme/*: { read: ["*"], push: ["*"] }
`
}

export async function waitUntilReady(origin: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`${origin}/ready`).catch(() => undefined)
    if (answer?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('the gateway ended before it was ready')
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
