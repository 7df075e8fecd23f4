import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type GitResult, tryGit } from '@refward/testing-repositories'

/** A file that `refward agent add` prints for a sandbox. */
export interface SandboxFile {
  readonly path: string
  readonly text: string
}

/** The place of one agent: a HOME with what the operator was given for it, and plain git. */
export class Sandbox {
  readonly agent: string
  readonly home: string
  /** All that its commands have shown it. */
  readonly screen: string[] = []

  private constructor(agent: string, home: string) {
    this.agent = agent
    this.home = home
  }

  static async create(agent: string, home: string, files: readonly SandboxFile[]): Promise<Sandbox> {
    for (const { path, text } of files) {
      const target = join(home, path.replace(/^~\//, ''))
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, text, { mode: 0o600 })
    }
    return new Sandbox(agent, home)
  }

  /** What the agent's git wrote and read, headers and packets: a file of the agent as any other. */
  get wireLog(): string {
    return join(this.home, 'wire.log')
  }

  async tryGit(directory: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<GitResult> {
    const wire = { GIT_TRACE_CURL: this.wireLog, GIT_TRACE_CURL_NO_DATA: '1', GIT_TRACE_REDACT: '0', GIT_TRACE_PACKET: this.wireLog }
    const result = await tryGit(args, { cwd: directory, env: { HOME: this.home, GIT_CONFIG_GLOBAL: join(this.home, '.gitconfig'), ...wire, ...env } })
    this.screen.push(result.stdout, result.stderr)
    return result
  }

  /** Runs git in HOME and insists on success. */
  git(...args: readonly string[]): Promise<string> {
    return this.gitIn(this.home, args)
  }

  async gitIn(directory: string, args: readonly string[]): Promise<string> {
    const result = await this.tryGit(directory, args)
    if (result.status !== 0) throw new Error(`git ${args.join(' ')} ended with ${result.status}: ${result.stderr || result.stdout}`)
    return result.stdout.replace(/\n$/, '')
  }

  /** Clones by the forge's own URL. */
  async clone(url: string, ...options: readonly string[]): Promise<WorkTree> {
    const directory = await mkdtemp(join(this.home, 'clone-'))
    await this.git('clone', '-q', ...options, url, directory)
    return new WorkTree(this, directory)
  }
}

/** A clone in a sandbox. */
export class WorkTree {
  readonly sandbox: Sandbox
  readonly directory: string

  constructor(sandbox: Sandbox, directory: string) {
    this.sandbox = sandbox
    this.directory = directory
  }

  /** Runs git and insists on success. */
  git(...args: readonly string[]): Promise<string> {
    return this.sandbox.gitIn(this.directory, args)
  }

  tryGit(...args: readonly string[]): Promise<GitResult> {
    return this.sandbox.tryGit(this.directory, args)
  }

  id(revision: string = 'HEAD'): Promise<string> {
    return this.git('rev-parse', revision)
  }

  /** Writes one file and commits it. @returns the id of the commit. */
  async commit(path: string, text: string = `${path}\n`): Promise<string> {
    await mkdir(dirname(join(this.directory, path)), { recursive: true })
    await writeFile(join(this.directory, path), text)
    await this.git('add', path)
    await this.git('commit', '-q', '-m', `write ${path}`)
    return this.id()
  }

  /** A commit on a new branch that starts at the tip of `main` on the forge. */
  async branchWithCommit(branch: string): Promise<string> {
    await this.git('switch', '-q', '--no-track', '-c', branch, 'origin/main')
    return this.commit(`${branch}.txt`)
  }
}
