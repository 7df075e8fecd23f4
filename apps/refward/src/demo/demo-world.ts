import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { access, constants, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type HostedRepository, type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { buildWidget } from '@refward/testing-repositories'
import { type ForgeApiStandIn, startForgeApiStandIn } from './forge-api-stand-in.ts'
import { type ProgramResult, runProgram } from './run-program.ts'

/** A forge, a gateway and the places of an operator and an agent, on this machine. */
export interface DemoWorld {
  readonly upstream: HttpUpstream
  readonly widget: HostedRepository
  /** The forge's API. */
  readonly api: ForgeApiStandIn
  /** The upstream's password, which only the operator and the gateway have. */
  readonly password: string
  readonly gatewayUrl: string
  readonly configPath: string
  readonly configText: string
  readonly agentHome: string
  /** Stands first on the agent's PATH. */
  readonly shims: string
  readonly agentEnvironment: Readonly<Record<string, string>>
  refward(...args: readonly string[]): Promise<ProgramResult>
  /** Runs what the agent types: a program of its PATH, with arguments. */
  agent(cwd: string, program: string, ...args: readonly string[]): Promise<ProgramResult>
  /** Resolves when the gateway has ended by itself. */
  readonly gatewayEnded: Promise<unknown>
  close(): Promise<void>
}

/** @param program what runs `refward`: an interpreter and a file, or one program. */
export async function createDemoWorld(program: readonly string[], path: string): Promise<DemoWorld> {
  const root = await mkdtemp(join(tmpdir(), 'refward-demo-'))
  const password = randomBytes(24).toString('base64url')
  const upstream = await startHttpUpstream({ password })
  const widget = await upstream.createRepository('acme/widget')
  await buildWidget(widget.gitDir)
  const api = await startForgeApiStandIn({ repository: 'acme/widget', url: `${upstream.origin}/acme/widget`, user: upstream.user, password })

  const port = await findFreePort()
  const configPath = join(root, 'refward.yaml')
  const configText = renderConfig(upstream, api, port)
  await writeFile(configPath, configText)
  const operator = { PATH: path, HOME: root, FORGE_PASSWORD: password }
  const refward = (...args: readonly string[]): Promise<ProgramResult> => runProgram([...program, ...args, '--config', configPath], { cwd: root, env: operator })

  const [command = '', ...rest] = program
  const gateway = spawn(command, [...rest, 'up', '--config', configPath], { cwd: root, env: operator, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  gateway.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-4000)))
  const gatewayEnded = once(gateway, 'exit')
  const gatewayUrl = `http://127.0.0.1:${port}`
  await waitUntilReady(gatewayUrl, gatewayEnded, () => complaints)

  const agentHome = join(root, 'agent')
  await mkdir(agentHome)
  const shims = await writeShims(root, path, refward)
  const agentEnvironment = { PATH: `${shims}${delimiter}${path}`, HOME: agentHome, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  return {
    upstream,
    widget,
    api,
    password,
    gatewayUrl,
    configPath,
    configText,
    agentHome,
    shims,
    agentEnvironment,
    refward,
    gatewayEnded,
    agent: (cwd, name, ...args) => runProgram([name === 'git' || name === 'gh' ? join(shims, name) : name, ...args], { cwd, env: agentEnvironment }),
    close: async () => {
      gateway.kill('SIGTERM')
      await gatewayEnded
      await upstream.close()
      await api.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** What goes into the agent's image. @returns the directory that stands first on its PATH. */
async function writeShims(root: string, path: string, refward: DemoWorld['refward']): Promise<string> {
  const [shims, tools] = [join(root, 'shim'), join(root, 'tools')]
  // An image has its programs at plain paths; this machine may have them anywhere.
  await mkdir(tools)
  await symlink(process.execPath, join(tools, 'node'))
  await symlink(await findOnPath('git', path), join(tools, 'git'))
  const written = await refward('shim', '--out', shims, '--into', shims, '--git', join(tools, 'git'), '--node', join(tools, 'node'))
  if (written.code !== 0) throw new Error(written.screen)
  return shims
}

async function findOnPath(name: string, path: string): Promise<string> {
  for (const directory of path.split(delimiter)) {
    const candidate = join(directory, name)
    if (await access(candidate, constants.X_OK).then(() => true, () => false)) return candidate
  }
  throw new Error(`there is no ${name} on the PATH`)
}

function renderConfig({ origin, user }: HttpUpstream, api: ForgeApiStandIn, port: number): string {
  return `version: 1
listen: 127.0.0.1:${port}
forges:
  demo:
    kind: gitea
    url: ${origin}
    api: ${api.origin}/api/v1
    credential:
      env: FORGE_PASSWORD
      username: ${user}
repositories:
  demo/acme/widget:
    read: ["*"]
    push: ["*"]
`
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

const READY_MS = 20_000
const POLL_MS = 25

async function waitUntilReady(url: string, ended: Promise<unknown>, complaints: () => string): Promise<void> {
  const gone = ended.then(() => 'gone' as const)
  const deadline = performance.now() + READY_MS
  while (performance.now() < deadline) {
    const answer = await Promise.race([gone, fetch(`${url}/ready`).catch(() => undefined)])
    if (answer === 'gone') break
    if (answer?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  throw new Error(`the gateway did not become ready\n${complaints()}`)
}
