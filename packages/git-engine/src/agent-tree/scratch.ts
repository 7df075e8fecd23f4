import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GitFailure } from '../process/git-end.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'
import type { GitOptions } from '../process/start-git.ts'
import { TooMuch } from './too-much.ts'

/** A file of a commit. */
export interface TrackedFile {
  readonly mode: string
  readonly id: string
}

/** Files of a commit by their path, each byte of it a character. */
export type TrackedFiles = ReadonlyMap<string, TrackedFile>

const LISTING_BYTES = 64 * 1024 * 1024
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
/** What the .gitignore files of a commit may take on the disk. A tree may name one blob, and one tree, any number of times: small objects become large files. */
const MAX_RULE_BYTES = 16 * 1024 * 1024
/** Parts of their paths, added up: no more directories than that are made for them. */
const MAX_RULE_PARTS = 50_000
const SIZE_LINE_BYTES = 128
const REGULAR: ReadonlySet<string> = new Set(['100644', '100755'])

/**
 * A repository of the gateway's own beside a work tree that is not to be trusted: git answers in it what it would say about the other, without a
 * look at that one's configuration, attributes, hooks or pointers. It has the objects of a quarantine, and no more than the .gitignore files of the commit.
 */
export class Scratch {
  readonly #git: GitRuntime
  readonly #directory: string
  readonly #options: GitOptions

  private constructor(git: GitRuntime, directory: string, options: GitOptions) {
    this.#git = git
    this.#directory = directory
    this.#options = options
  }

  static async create(git: GitRuntime, directory: string, options: GitOptions): Promise<Scratch> {
    await mkdir(directory, { mode: 0o700 })
    const { signal } = options
    await runGit(git, { command: 'init', flags: { '--quiet': true, '--template': '', '--object-format': 'sha1' }, operands: [directory] }, signal === undefined ? {} : { signal })
    return new Scratch(git, directory, options)
  }

  /** All files of a commit. From here on {@link Scratch.findIgnored} goes by its .gitignore files. @throws TooMuch */
  async load(commit: string): Promise<TrackedFiles> {
    const { stdout } = await runGit(this.#git, { command: 'ls-tree', gitDir: this.#gitDir, flags: { '-r': true, '-z': true, '--full-tree': true }, operands: [commit] }, { ...this.#options, maxOutputBytes: LISTING_BYTES })
    const files = new Map(splitRecords(stdout).map(parseEntry))
    // Regular files alone: one that is a link would lead git, and what is made here, elsewhere.
    const rules = [...files].filter(([path, { mode }]) => REGULAR.has(mode) && /(?:^|\/)\.gitignore$/.test(path)).map(([path]) => path)
    if (rules.length > 0) {
      await this.#requireSmall(rules, files)
      await runGit(this.#git, { command: 'read-tree', gitDir: this.#gitDir, operands: [commit] }, this.#options)
      await runGit(this.#git, { command: 'checkout-index', gitDir: this.#gitDir, workTree: this.#directory, flags: { '--stdin': true, '-z': true, '--quiet': true } }, { ...this.#options, input: joinRecords(rules) })
    }
    return files
  }

  /**
   * Which of these paths the .gitignore files of the commit exclude.
   *
   * @param directories those of the paths that are directories; each is made here, for some rules are about directories alone.
   */
  async findIgnored(paths: readonly string[], directories: readonly string[]): Promise<ReadonlySet<string>> {
    for (const path of directories) await mkdir(Buffer.concat([Buffer.from(`${this.#directory}/`), Buffer.from(path, 'latin1')]), { recursive: true })
    // Behind ./ no name is read as anything but a name.
    const input = joinRecords(paths.map((path) => `./${path}`))
    const call = { command: 'check-ignore', gitDir: this.#gitDir, workTree: this.#directory, flags: { '--stdin': true, '-z': true, '--no-index': true } } as const
    const { stdout } = await runGit(this.#git, call, { ...this.#options, plainPaths: true, input, accept: [0, 1], maxOutputBytes: input.length + 1 })
    return new Set(splitRecords(stdout).map((path) => path.slice(2)))
  }

  /**
   * Paths that an index has otherwise than a commit.
   *
   * @param index a copy of the index; it may be anything.
   * @returns undefined when git cannot read it.
   */
  async findStaged(index: string, commit: string | undefined): Promise<readonly string[] | undefined> {
    await rm(join(this.#gitDir, 'index'), { force: true })
    await copyFile(index, join(this.#gitDir, 'index'))
    const flags = { '--cached': true, '--name-only': true, '--no-renames': true, '--no-ext-diff': true, '--no-textconv': true, '--ignore-submodules': 'none', '-z': true } as const
    try {
      const { stdout } = await runGit(this.#git, { command: 'diff-index', gitDir: this.#gitDir, flags, operands: [commit ?? EMPTY_TREE] }, { ...this.#options, maxOutputBytes: LISTING_BYTES })
      return [...new Set(splitRecords(stdout))]
    } catch (error) {
      if (error instanceof GitFailure) return undefined
      throw error
    }
  }

  /** A place for a file of this inspection. */
  async write(name: string, chunks: AsyncIterable<Uint8Array>): Promise<string> {
    const path = join(this.#gitDir, name)
    await writeFile(path, chunks, { mode: 0o600 })
    return path
  }

  async #requireSmall(rules: readonly string[], files: TrackedFiles): Promise<void> {
    const parts = rules.reduce((sum, path) => sum + path.split('/').length, 0)
    if (parts > MAX_RULE_PARTS) throw new TooMuch('it has too many .gitignore files')
    const ids = rules.map((path) => files.get(path)?.id ?? '')
    const sizes = await this.#findSizes([...new Set(ids)])
    const bytes = ids.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0)
    if (bytes > MAX_RULE_BYTES) throw new TooMuch('its .gitignore files are too large')
  }

  async #findSizes(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const call = { command: 'cat-file', gitDir: this.#gitDir, flags: { '--batch-check': '%(objectname) %(objectsize)', '--buffer': true } } as const
    const { stdout } = await runGit(this.#git, call, { ...this.#options, input: `${ids.join('\n')}\n`, maxOutputBytes: ids.length * SIZE_LINE_BYTES })
    const lines = stdout.toString('latin1').split('\n').map((line) => line.split(' '))
    return new Map(lines.map(([id = '', size]) => [id, Number(size)]))
  }

  get #gitDir(): string {
    return join(this.#directory, '.git')
  }
}

function splitRecords(bytes: Buffer): readonly string[] {
  return bytes.toString('latin1').split('\0').slice(0, -1)
}

function joinRecords(paths: readonly string[]): Buffer {
  return Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1')
}

/** `100644 blob <id>`, a tab, the path. */
function parseEntry(record: string): readonly [string, TrackedFile] {
  const tab = record.indexOf('\t')
  const [mode = '', , id = ''] = record.slice(0, tab).split(' ')
  return [record.slice(tab + 1), { mode, id }]
}
