import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestGateway, startTestGateway } from '@refward/testing-gateway'
import { type Gitea, type GiteaRepository, type GiteaUser, type NewRepository, type TokenScope, startGitea } from '@refward/testing-gitea'
import { buildWidget, git } from '@refward/testing-repositories'
import { type PushRecord, readFaults, readPushes } from './push-record.ts'
import { Sandbox, type SandboxFile, type WorkTree } from './sandbox.ts'

export interface GiteaWorldOptions {
  /** HTTPS with a certificate of an authority that nobody else knows. */
  readonly tls?: boolean
  /** The configuration behind the forge, as YAML. Every agent may read and push everything of `acme` by default. */
  readonly config?: string
  /** What the gateway's token may do; git alone by default. */
  readonly botScopes?: readonly TokenScope[]
  /** More tokens of the gateway's user on the forge, as files beside the configuration. */
  readonly tokenFiles?: Readonly<Record<string, readonly TokenScope[]>>
}

/** What the agent and the operator see of one command. */
export interface Seen {
  readonly status: number
  readonly screen: string
  /** Pushes in the audit. */
  readonly audit: readonly PushRecord[]
  /** Codes of what the audit says has failed. */
  readonly faults: readonly string[]
}

export interface DoctorCheck {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
  readonly hint?: string
}

const OWNER = 'acme'
const BOT = 'refward'
const OPEN = 'repositories:\n  forge/acme/*: { read: ["*"], push: ["*"] }\n'

/** A real Gitea with an owner of repositories, the shipped gateway with a token of its own user there, and agents behind it. */
export class GiteaWorld {
  readonly gitea: Gitea
  readonly gateway: TestGateway
  readonly owner: GiteaUser
  /** The gateway's user on the forge, as its administrator knows it. */
  readonly bot: GiteaUser
  /** Its token, which nobody but the gateway may have. */
  readonly token: string
  readonly sandboxes: Sandbox[] = []
  readonly #directory: string

  private constructor(parts: Pick<GiteaWorld, 'gitea' | 'gateway' | 'owner' | 'bot' | 'token'> & { readonly directory: string }) {
    this.gitea = parts.gitea
    this.gateway = parts.gateway
    this.owner = parts.owner
    this.bot = parts.bot
    this.token = parts.token
    this.#directory = parts.directory
  }

  static async create({ tls = false, config = OPEN, tokenFiles = {}, botScopes = ['write:repository'] }: GiteaWorldOptions = {}): Promise<GiteaWorld> {
    const gitea = await startGitea({ tls })
    try {
      const owner = await gitea.createUser(OWNER)
      const bot = await gitea.createUser(BOT)
      const token = await gitea.createToken(bot, botScopes)
      const files: Record<string, string> = gitea.ca === undefined ? {} : { 'ca.pem': gitea.ca }
      for (const [name, scopes] of Object.entries(tokenFiles)) files[name] = await gitea.createToken(bot, scopes)
      const forgeSettings = gitea.ca === undefined ? '' : 'ca: ca.pem'
      const gateway = await startTestGateway({ forge: { kind: 'gitea', origin: gitea.origin, user: BOT, password: token }, files, forgeSettings, config })
      return new GiteaWorld({ gitea, gateway, owner, bot, token, directory: await mkdtemp(join(tmpdir(), 'refward-gitea-world-')) })
    } catch (error) {
      await gitea.stop()
      throw error
    }
  }

  /** A new agent. What `refward agent add` prints for its sandbox is all that it gets. */
  async addAgent(name: string, repository: string = 'forge/acme/*'): Promise<Sandbox> {
    const printed = await this.gateway.operator('agent', 'add', name, '--repo', repository, '--gateway', this.gateway.origin, '--json')
    const { files } = JSON.parse(printed) as { readonly files: readonly SandboxFile[] }
    const sandbox = await Sandbox.create(join(this.#directory, name), files)
    this.sandboxes.push(sandbox)
    return sandbox
  }

  /** A private repository with the commits, the branch and the tags of the widget, to which the gateway's user may write. */
  async createWidget(name: string): Promise<GiteaRepository> {
    const repository = await this.createEmpty(name)
    const seed = await this.makeDirectory('seed')
    await git(['init', '-q', '--bare', '-b', 'main', seed])
    await buildWidget(seed)
    await this.gitAsOwner(['--git-dir', seed, 'push', '-q', repository.url, 'refs/*:refs/*'])
    return repository
  }

  /** A private repository without a commit, to which the gateway's user may write. */
  async createEmpty(name: string, options: Partial<NewRepository> = {}): Promise<GiteaRepository> {
    const repository = await this.gitea.createRepository({ owner: OWNER, name, hasCommit: false, isPrivate: true, ...options })
    await repository.addCollaborator(BOT, 'write')
    return repository
  }

  /** A new place outside of every sandbox. */
  makeDirectory(name: string): Promise<string> {
    return mkdtemp(join(this.#directory, `${name}-`))
  }

  /** What the owner does on her own machine, past the gateway. */
  gitAsOwner(args: readonly string[]): Promise<string> {
    const { origin, ca } = this.gitea
    const own = origin.replace('://', `://${this.owner.name}:${this.owner.password}@`)
    const trust = ca === undefined ? [] : ['-c', `http.sslCAInfo=${join(this.gateway.directory, 'ca.pem')}`]
    return git(['-c', `url.${own}.insteadOf=${origin}`, ...trust, ...args])
  }

  /** The owner changes something in the forge's own interface. @param path beneath the repository. */
  async onForge({ owner, name }: GiteaRepository, method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object = {}): Promise<void> {
    await this.gitea.api.call({ method, path: `/repos/${owner}/${name}${path}`, body })
  }

  /** A file is written there. @returns the id of the commit. */
  async commitOnForge(repository: GiteaRepository, file: string, branch: string = 'main'): Promise<string> {
    const content = Buffer.from(`${file}\n`).toString('base64')
    await this.onForge(repository, 'POST', `/contents/${file}`, { branch, content, message: `write ${file}` })
    return (await repository.refs()).get(`refs/heads/${branch}`) ?? ''
  }

  /** Runs git in a clone. */
  async watch(tree: WorkTree, ...args: readonly string[]): Promise<Seen> {
    const before = await this.gateway.audit()
    const { status, stderr } = await tree.tryGit(...args)
    const lines = await this.gateway.audit(before.length + 1)
    return { status, screen: stderr, audit: readPushes(lines), faults: readFaults(lines) }
  }

  push(tree: WorkTree, ...args: readonly string[]): Promise<Seen> {
    return this.watch(tree, 'push', ...args)
  }

  doctor(): Promise<readonly DoctorCheck[]> {
    return readDoctor(this.gateway)
  }

  async close(): Promise<void> {
    await this.gateway.close()
    await this.gitea.stop()
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** What `refward doctor` finds. */
export async function readDoctor(gateway: TestGateway): Promise<readonly DoctorCheck[]> {
  // A failing check shows in the exit status, and the output stands all the same.
  const printed = await gateway.operator('doctor', '--json').catch((error: unknown) => (error as { readonly stdout: string }).stdout)
  return (JSON.parse(printed) as { readonly checks: readonly DoctorCheck[] }).checks
}
