import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditLine, type TestGateway, startTestGateway } from '@refward/testing-gateway'
import { type Gitea, type GiteaRepository, type GiteaUser, type NewRepository, startGitea } from '@refward/testing-gitea'
import { buildWidget, git } from '@refward/testing-repositories'
import { Sandbox, type SandboxFile } from './sandbox.ts'

export interface GiteaWorldOptions {
  /** HTTPS by a certificate authority of its own. */
  readonly tls?: boolean
  /** The configuration behind the forge, as YAML: `defaults:`, `repositories:`, … */
  readonly config: string
  /** More of the forge's entry, as YAML in flow style. */
  readonly forgeSettings?: string
  /** What the gateway's token may do. */
  readonly scope?: 'read:repository' | 'write:repository'
}

/** A check of `refward doctor`. */
export interface DoctorCheck {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
  readonly hint?: string
}

const OWNER = 'acme'
const BOT = 'refward'

/** A real Gitea with an owner of repositories, the shipped gateway with a token of its own user there, and agents behind it. */
export class GiteaWorld {
  readonly gitea: Gitea
  readonly gateway: TestGateway
  readonly owner: GiteaUser
  /** The gateway's user on the forge; its password is the token, which nobody but the gateway may have. */
  readonly bot: GiteaUser
  readonly #directory: string
  readonly #sandboxes: Sandbox[] = []

  private constructor(parts: Pick<GiteaWorld, 'gitea' | 'gateway' | 'owner' | 'bot'> & { readonly directory: string }) {
    this.gitea = parts.gitea
    this.gateway = parts.gateway
    this.owner = parts.owner
    this.bot = parts.bot
    this.#directory = parts.directory
  }

  static async create({ tls = false, config, forgeSettings = '', scope = 'write:repository' }: GiteaWorldOptions): Promise<GiteaWorld> {
    const gitea = await startGitea({ tls })
    try {
      const owner = await gitea.createUser(OWNER)
      const user = await gitea.createUser(BOT)
      const bot = { name: BOT, password: await gitea.createToken(user, [scope]) }
      const gateway = await startTestGateway({
        forge: { kind: 'gitea', origin: gitea.origin, user: bot.name, password: bot.password },
        files: gitea.ca === undefined ? {} : { 'ca.pem': gitea.ca },
        forgeSettings,
        config,
      })
      return new GiteaWorld({ gitea, gateway, owner, bot, directory: await mkdtemp(join(tmpdir(), 'refward-sandboxes-')) })
    } catch (error) {
      await gitea.stop()
      throw error
    }
  }

  get sandboxes(): readonly Sandbox[] {
    return this.#sandboxes
  }

  /** A new agent: what `refward agent add` prints for its sandbox is all that it gets. */
  async addAgent(agent: string, repository: string = 'forge/acme/*'): Promise<Sandbox> {
    const added = await this.gateway.operator('agent', 'add', agent, '--repo', repository, '--json')
    const { files } = JSON.parse(added) as { readonly files: readonly SandboxFile[] }
    const home = join(this.#directory, agent)
    await mkdir(home)
    const sandbox = await Sandbox.create(agent, home, files)
    this.#sandboxes.push(sandbox)
    return sandbox
  }

  /** A repository with the commits, the branch and the tags of the widget, to which the gateway's user may write. */
  async createWidget(name: string, options: Partial<NewRepository> = {}): Promise<GiteaRepository> {
    const repository = await this.createEmpty(name, options)
    const seed = await mkdtemp(join(this.#directory, 'seed-'))
    await git(['init', '-q', '--bare', '-b', 'main', seed])
    await buildWidget(seed)
    const trust = this.gitea.ca === undefined ? [] : ['-c', `http.sslCAInfo=${join(this.gateway.directory, 'ca.pem')}`]
    await git([...trust, '--git-dir', seed, 'push', '-q', repository.urlFor(this.owner), '--all'])
    await git([...trust, '--git-dir', seed, 'push', '-q', repository.urlFor(this.owner), '--tags'])
    return repository
  }

  /** A repository without a commit, to which the gateway's user may write. */
  async createEmpty(name: string, options: Partial<NewRepository> = {}): Promise<GiteaRepository> {
    const repository = await this.gitea.createRepository({ owner: this.owner.name, name, hasCommit: false, isPrivate: true, ...options })
    await repository.addCollaborator(this.bot.name, 'write')
    return repository
  }

  /** A colleague commits on the forge, past the gateway. @returns the id of the commit. */
  async commitOnForge({ owner, name, refs }: GiteaRepository, path: string, branch: string = 'main'): Promise<string> {
    const content = Buffer.from(`${path}\n`).toString('base64')
    await this.gitea.api.call({ method: 'POST', path: `/repos/${owner}/${name}/contents/${path}`, body: { branch, content, message: `write ${path}` } })
    return (await refs()).get(`refs/heads/${branch}`) ?? ''
  }

  /** What `refward doctor` finds. */
  async doctor(): Promise<readonly DoctorCheck[]> {
    // A failing check is its exit status, and its output stands all the same.
    const output = await this.gateway.operator('doctor', '--json').catch((error: { readonly stdout: string }) => error.stdout)
    return (JSON.parse(output) as { readonly checks: readonly DoctorCheck[] }).checks
  }

  /** Does something, and returns what the audit says of it. */
  async audited(act: () => Promise<unknown>): Promise<readonly AuditLine[]> {
    const before = await this.gateway.audit()
    await act()
    return (await this.gateway.audit()).slice(before.length)
  }

  async close(): Promise<void> {
    await this.gateway.close()
    await this.gitea.stop()
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 })
  }
}
