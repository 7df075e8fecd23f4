import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ControlAnswer, callControl } from './control.ts'
import { type GatewayProcess, type Program, programArguments, startProcess } from './gateway-process.ts'

/** A forge as the configuration names it. */
export interface GatewayForge {
  /** `git` by default. */
  readonly kind?: 'git' | 'gitea'
  readonly origin: string
  readonly user: string
  readonly password: string
}

export interface GatewayOptions {
  /** Called `forge` in the configuration. */
  readonly forge: GatewayForge
  /** More of the forge's entry, as YAML in flow style: `ca: ca.pem, timeouts: { answer: 1s }`. */
  readonly forgeSettings?: string
  /** The rest of the configuration, with `repositories:`. */
  readonly config: string
  /** Files beside the configuration. */
  readonly files?: Readonly<Record<string, string>>
  /** Holds everything of the gateway: a temporary one that goes with `close()` by default. */
  readonly directory?: string
  readonly program?: Program
}

/** A line of the audit, parsed: what every line has, and the members of its kind. */
export interface AuditLine {
  readonly seq: number
  readonly kind: string
  readonly [member: string]: unknown
}

/** The shipped program with an operator at its side. It can be killed and started again on the same data. */
export interface TestGateway {
  readonly origin: string
  readonly pid: number
  readonly directory: string
  readonly dataDirectory: string
  readonly home: string
  /** A new agent. @returns its token. */
  addAgent(name: string, repositories: readonly string[], lifetimeSeconds?: number): Promise<string>
  /** Where an agent finds a repository, with its token in the URL. */
  url(repository: string, token: string): string
  control(method: string, path: string, body?: object): Promise<ControlAnswer>
  /** Runs an operator's command. @returns its standard output. */
  operator(...args: readonly string[]): Promise<string>
  /** @param from number of the first line. */
  audit(from?: number): Promise<readonly AuditLine[]>
  verifyAudit(): Promise<string>
  /** What lies in quarantine now. */
  quarantine(): Promise<readonly string[]>
  /** Everything that all lives of the process wrote. */
  output(): string
  kill(): Promise<void>
  stop(): Promise<number | null>
  /** Starts it again after `kill` or `stop`. */
  start(): Promise<void>
  close(): Promise<void>
}

/** Starts the gateway in a directory and a HOME of its own, with nothing of this machine in its environment but PATH. */
export async function startTestGateway(options: GatewayOptions): Promise<TestGateway> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'refward-e2e-')))
  await mkdir(join(directory, 'home'), { recursive: true })
  await mkdir(join(directory, 'tmp'), { recursive: true })
  for (const [name, content] of Object.entries(options.files ?? {})) await writeFile(join(directory, name), content)
  await writeFile(join(directory, 'refward.yaml'), renderConfig(options))
  const gateway = new ProcessGateway(directory, options)
  await gateway.start()
  return gateway
}

function renderConfig({ forge, forgeSettings = '', config }: GatewayOptions): string {
  const more = forgeSettings === '' ? '' : `, ${forgeSettings}`
  return `version: 1
listen: 127.0.0.1:0
data: data
forges:
  forge: { kind: ${forge.kind ?? 'git'}, url: "${forge.origin}", credential: { env: FORGE_PASSWORD, username: ${forge.user} }${more} }
${config}`
}

const run = promisify(execFile)

class ProcessGateway implements TestGateway {
  readonly directory: string
  readonly dataDirectory: string
  readonly home: string
  readonly #options: GatewayOptions
  readonly #outputs: string[] = []
  #process: GatewayProcess | undefined

  constructor(directory: string, options: GatewayOptions) {
    this.directory = directory
    this.dataDirectory = join(directory, 'data')
    this.home = join(directory, 'home')
    this.#options = options
  }

  get origin(): string {
    return this.#running.origin
  }

  get pid(): number {
    return this.#running.pid
  }

  async addAgent(name: string, repositories: readonly string[], lifetimeSeconds?: number): Promise<string> {
    const lifetime = lifetimeSeconds === undefined ? {} : { lifetime_seconds: lifetimeSeconds }
    const { status, body } = await this.control('POST', '/v1/agents', { name, repositories, ...lifetime })
    if (status !== 201) throw new Error(`agent ${name} was not added: ${body}`)
    return (JSON.parse(body) as { readonly token: string }).token
  }

  url(repository: string, token: string): string {
    return `${this.origin.replace('://', `://agent:${token}@`)}/git/forge/${repository}`
  }

  control(method: string, path: string, body?: object): Promise<ControlAnswer> {
    return callControl(join(this.dataDirectory, 'control.sock'), method, path, body)
  }

  async operator(...args: readonly string[]): Promise<string> {
    const config = ['--config', join(this.directory, 'refward.yaml')]
    const { stdout } = await run(process.execPath, [...programArguments(this.#options.program), ...args, ...config], { cwd: this.directory, env: this.#environment() })
    return stdout
  }

  async audit(from = 1): Promise<readonly AuditLine[]> {
    const lines: AuditLine[] = []
    for (;;) {
      const next = (lines.at(-1)?.seq ?? from - 1) + 1
      const { body } = await this.control('GET', `/v1/audit?from=${next}&limit=10000`)
      const more = (JSON.parse(body) as { readonly lines: readonly { readonly text: string }[] }).lines
      if (more.length === 0) return lines
      lines.push(...more.map(({ text }) => JSON.parse(text) as AuditLine))
    }
  }

  async verifyAudit(): Promise<string> {
    const { body } = await this.control('POST', '/v1/audit/verify', {})
    return (JSON.parse(body) as { readonly verdict: { readonly kind: string } }).verdict.kind
  }

  quarantine(): Promise<readonly string[]> {
    return readdir(join(this.dataDirectory, 'quarantine'))
  }

  output(): string {
    return [...this.#outputs, this.#process?.output() ?? ''].join('')
  }

  async kill(): Promise<void> {
    const process = this.#take()
    await process.kill()
    this.#outputs.push(process.output())
  }

  async stop(): Promise<number | null> {
    const process = this.#take()
    const status = await process.stop()
    this.#outputs.push(process.output())
    return status
  }

  async start(): Promise<void> {
    const config = join(this.directory, 'refward.yaml')
    this.#process = await startProcess({ config, cwd: this.directory, env: this.#environment(), program: this.#options.program })
  }

  async close(): Promise<void> {
    if (this.#process !== undefined) await this.kill()
    if (this.#options.directory === undefined) await rm(this.directory, { recursive: true, force: true, maxRetries: 5 })
  }

  get #running(): GatewayProcess {
    if (this.#process === undefined) throw new Error('the gateway does not run')
    return this.#process
  }

  #take(): GatewayProcess {
    const process = this.#running
    this.#process = undefined
    return process
  }

  #environment(): Record<string, string> {
    const { PATH = '' } = process.env
    return { PATH, HOME: this.home, TMPDIR: join(this.directory, 'tmp'), FORGE_PASSWORD: this.#options.forge.password }
  }
}
