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
  readonly home: string
  /** All that its commands have shown it. */
  readonly screen: string[] = []

  private constructor(home: string) {
    this.home = home
  }

  /** Puts the files where the operator was told to. */
  static async create(home: string, files: readonly SandboxFile[]): Promise<Sandbox> {
    for (const { path, text } of files) await write(join(home, path.replace(/^~\//, '')), text)
    return new Sandbox(home)
  }

  /** Every header and packet that its git wrote and read. */
  get wireLog(): string {
    return join(this.home, 'wire.log')
  }

  /** Runs git in a directory; in HOME when it is not named. */
  async tryGit(args: readonly string[], directory: string = this.home): Promise<GitResult> {
    const trace = { GIT_TRACE_CURL: this.wireLog, GIT_TRACE_CURL_NO_DATA: '1', GIT_TRACE_REDACT: '0', GIT_TRACE_PACKET: this.wireLog }
    const env = { HOME: this.home, GIT_CONFIG_GLOBAL: join(this.home, '.gitconfig'), ...trace }
    const result = await tryGit(args, { cwd: directory, env })
    this.screen.push(result.stdout, result.stderr)
    return result
  }

  /** The same, and insists on success. */
  async git(args: readonly string[], directory: string = this.home): Promise<string> {
    const { status, stdout, stderr } = await this.tryGit(args, directory)
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr || stdout}`)
    return stdout.replace(/\n$/, '')
  }

  /** Clones by the forge's own URL. */
  async clone(url: string, ...options: readonly string[]): Promise<WorkTree> {
    const directory = await mkdtemp(join(this.home, 'clone-'))
    await this.git(['clone', '-q', ...options, url, directory])
    return new WorkTree(this, directory)
  }
}

/** A clone in a sandbox. */
export class WorkTree {
  readonly directory: string
  readonly #sandbox: Sandbox

  constructor(sandbox: Sandbox, directory: string) {
    this.directory = directory
    this.#sandbox = sandbox
  }

  tryGit(...args: readonly string[]): Promise<GitResult> {
    return this.#sandbox.tryGit(args, this.directory)
  }

  /** Runs git and insists on success. */
  git(...args: readonly string[]): Promise<string> {
    return this.#sandbox.git(args, this.directory)
  }

  id(revision: string = 'HEAD'): Promise<string> {
    return this.git('rev-parse', revision)
  }

  /** Writes a file and commits it. @returns the id of the commit. */
  async commit(path: string, content: string | Uint8Array = `${path}\n`): Promise<string> {
    await write(join(this.directory, path), content)
    await this.git('add', path)
    await this.git('commit', '-q', '-m', `write ${path}`)
    return this.id()
  }

  /** A new branch on top of `main` as it was last fetched, with one commit. @returns the id of the commit. */
  async branchWithCommit(branch: string): Promise<string> {
    await this.git('switch', '-q', '--no-track', '-c', branch, 'origin/main')
    return this.commit(`${branch}.txt`)
  }

  /** Refs beneath a prefix and their ids, as this clone has them. */
  async refs(prefix: string): Promise<Readonly<Record<string, string>>> {
    const text = await this.git('for-each-ref', '--format=%(refname) %(objectname)', prefix)
    return Object.fromEntries(text.split('\n').filter((line) => line !== '').map((line) => line.split(' '))) as Record<string, string>
  }
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content, { mode: 0o600 })
}
