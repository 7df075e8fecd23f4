import type { DirectoryEntry, PinnedDirectory } from '../worktree/pinned-directory.ts'
import { isAsCommitted } from './compare-file.ts'
import type { LossList } from './losses.ts'
import type { Scratch, TrackedFiles } from './scratch.ts'
import { TooMuch } from './too-much.ts'
import { findDirectories } from './tracked-directories.ts'

export interface Comparison {
  /** The top of the work tree, held open. */
  readonly top: PinnedDirectory
  readonly tracked: TrackedFiles
  readonly ignored: Pick<Scratch, 'findIgnored'>
  readonly losses: LossList
  readonly signal: AbortSignal
}

const MAX_ENTRIES = 500_000
const MAX_DEPTH = 100
const GITLINK = '160000'

/**
 * Compares the files of a work tree with those of its commit, byte for byte, and names what differs or is not in the commit. Nothing in the tree is obeyed and no
 * link in it is followed. Conversions that the tree's own attributes ask for are not made: what they would change is named as changed.
 *
 * @throws TooMuch, and what the file system says.
 */
export async function compareFiles(comparison: Comparison): Promise<void> {
  const walk = new TreeWalk(comparison)
  await walk.enter(comparison.top, '', 0)
  for (const [path, { mode }] of comparison.tracked) {
    if (mode !== GITLINK && !walk.met.has(path)) comparison.losses.add({ kind: 'changed', name: readable(path), detail: 'it was deleted' })
  }
}

interface Met {
  readonly entry: DirectoryEntry
  /** From the top, each byte a character. */
  readonly path: string
}

class TreeWalk {
  readonly met: Set<string> = new Set()
  readonly #comparison: Comparison
  readonly #trackedDirectories: ReadonlySet<string>
  #entries = 0

  constructor(comparison: Comparison) {
    this.#comparison = comparison
    this.#trackedDirectories = findDirectories(comparison.tracked.keys())
  }

  async enter(directory: PinnedDirectory, prefix: string, depth: number): Promise<void> {
    const { signal, losses } = this.#comparison
    if (depth > MAX_DEPTH) throw new TooMuch('its directories are too deep')
    const unknown: Met[] = []
    for (const entry of await directory.list(MAX_ENTRIES - this.#entries + 1)) {
      signal.throwIfAborted()
      this.#entries += 1
      if (this.#entries > MAX_ENTRIES) throw new TooMuch('it has too many files')
      const met = { entry, path: `${prefix}${entry.name.toString('latin1')}` }
      if (met.path === '.git') continue
      if (isGitName(entry.name)) losses.add({ kind: 'repository', name: readable(prefix.slice(0, -1)), detail: 'it is a repository of its own, and is not looked into' })
      else if (!(await this.#meetTracked(directory, met, depth))) unknown.push(met)
    }
    await this.#meetUnknown(directory, unknown, depth)
  }

  /** @returns whether it belongs to the commit. */
  async #meetTracked(directory: PinnedDirectory, { entry, path }: Met, depth: number): Promise<boolean> {
    const { tracked, losses, signal } = this.#comparison
    const file = tracked.get(path)
    if (entry.kind === 'directory') {
      if (file?.mode !== GITLINK && !this.#trackedDirectories.has(path)) return false
      await this.#within(directory, entry.name, (inner) => (file === undefined ? this.enter(inner, `${path}/`, depth + 1) : this.#lookAtGitlink(inner, path)))
      return true
    }
    if (file === undefined) return false
    this.met.add(path)
    const same = (entry.kind === 'file' || entry.kind === 'link') && file.mode !== GITLINK && (await isAsCommitted(directory.entryBytes(entry.name), entry.kind === 'link', { file, signal }))
    if (!same) losses.add({ kind: 'changed', name: readable(path), detail: 'it differs from what was committed' })
    return true
  }

  async #lookAtGitlink(inner: PinnedDirectory, path: string): Promise<void> {
    if ((await inner.list(1)).length > 0) this.#comparison.losses.add({ kind: 'repository', name: readable(path), detail: 'it is a submodule, and is not looked into' })
  }

  async #meetUnknown(directory: PinnedDirectory, unknown: readonly Met[], depth: number): Promise<void> {
    if (unknown.length === 0) return
    const { ignored, losses } = this.#comparison
    const directories = unknown.filter(({ entry }) => entry.kind === 'directory').map(({ path }) => path)
    const passed = await ignored.findIgnored(unknown.map(({ path }) => path), directories)
    for (const { entry, path } of unknown) {
      if (passed.has(path)) continue
      if (entry.kind === 'directory') await this.#within(directory, entry.name, (inner) => this.enter(inner, `${path}/`, depth + 1))
      else losses.add({ kind: 'untracked', name: readable(path), detail: 'it was never committed' })
    }
  }

  async #within(directory: PinnedDirectory, name: Buffer, work: (inner: PinnedDirectory) => Promise<void>): Promise<void> {
    const inner = await directory.descendBytes(name)
    try {
      await work(inner)
    } finally {
      await inner.close()
    }
  }
}

function isGitName(name: Buffer): boolean {
  return name.length === 4 && name.toString('latin1').toLowerCase() === '.git'
}

/** For people; bytes that are no text become question marks. */
export function readable(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8')
}
