import type { BigIntStats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import type { GitDirectories } from './git-directories.ts'
import { type PinnedDirectory, ignoreAbsence } from './pinned-directory.ts'
import { changed, leadsOut, unreadable } from './worktree-refused.ts'

/**
 * What git will follow a name to, and when each of these was changed last. The change time of a directory is set by the kernel with every entry that comes,
 * goes or is renamed, that of a file with every write, and nobody but root can set it back: what is the same before and after was the same between.
 */
export type RepositoryStamp = ReadonlyMap<string, string>

/** The stamp, and the latest change in it, in milliseconds since 1970. */
export interface TakenStamp {
  readonly stamp: RepositoryStamp
  readonly changedAt: number
}

const MAX_ENTRIES = 200_000
const MAX_DEPTH = 40
/** Entries that are read at once. */
const PIECE = 256
/** Read by name at the top of a git directory. What else stands there is not read by upload-pack. */
const TOP_NAMES = ['HEAD', 'config', 'config.worktree', 'packed-refs', 'objects', 'refs', 'info'] as const
const LINK_REMEDY = 'put the file or directory itself in the place of the link, or take it away'

/**
 * Looks at everything that upload-pack may open. INVARIANT: no symbolic link, pipe or device is among it, so no name in a repository that passes here leads out of it.
 *
 * @throws RefwardError RW_WORKTREE_LEADS_OUT, RW_WORKTREE_UNREADABLE
 */
export async function takeStamp({ gitDir, commonDir, objects }: GitDirectories, shown: string): Promise<TakenStamp> {
  const walk = new StampWalk(shown)
  for (const directory of new Set([commonDir, gitDir])) {
    for (const name of TOP_NAMES) await walk.top(directory, name)
    await walk.tree(directory.entry('refs'), 'refs')
    await walk.tree(directory.entry('info'), 'info')
  }
  // The path of the pinned directory itself is a link of /proc.
  await walk.tree(`${objects.path}/.`, 'objects')
  return { stamp: walk.stamp, changedAt: walk.changedAt }
}

/** Whether everything is as it was. @throws RefwardError RW_WORKTREE_CHANGED */
export async function requireUnchanged(stamp: RepositoryStamp, shown: string): Promise<void> {
  const now = await Promise.all([...stamp.keys()].map(async (path) => [path, render(await lookAt(path))] as const))
  for (const [path, seen] of now) if (stamp.get(path) !== seen) throw changed(shown)
}

class StampWalk {
  readonly stamp: Map<string, string> = new Map()
  readonly #shown: string
  #entries = 0
  #changedAt = 0n

  constructor(shown: string) {
    this.#shown = shown
  }

  get changedAt(): number {
    return Number(this.#changedAt / 1_000_000n) + 1
  }

  async top(directory: PinnedDirectory, name: string): Promise<void> {
    const path = directory.entry(name)
    const found = await lookAt(path)
    if (found !== undefined) this.#judge(found, name)
    this.#note(path, found)
    // Without this one, the directory itself tells whether there was one for a moment: it could list the refs of another repository.
    if (name === 'packed-refs' && found === undefined) this.#note(`${directory.path}/.`, await lookAt(`${directory.path}/.`))
  }

  /** A directory with all beneath it. Its own state is noted before its entries are read. */
  async tree(path: string, name: string, depth: number = 0): Promise<void> {
    const found = await lookAt(path)
    if (found === undefined) return
    if (depth > MAX_DEPTH) throw unreadable(this.#shown, `${name} is too deep`)
    this.#note(path, found)
    const below: string[] = []
    // Piece by piece: a directory of millions of entries would not fit into memory.
    for await (const entry of await opendir(path, { bufferSize: PIECE })) {
      this.#entries += 1
      if (this.#entries > MAX_ENTRIES) throw unreadable(this.#shown, 'it has too many loose objects and refs; git gc packs them')
      this.#judge(entry, `${name}/${entry.name}`)
      const inside = `${path}/${entry.name}`
      if (entry.isDirectory()) below.push(entry.name)
      // What git reads there names other directories, so that its content counts.
      else if (name === 'objects/info') this.#note(inside, await lookAt(inside))
    }
    // INVARIANT: none is begun before all are waited for: what fails while nobody waits ends the process, and an agent could make two fail at once.
    await Promise.all(below.map(async (inner) => this.tree(`${path}/${inner}`, `${name}/${inner}`, depth + 1)))
  }

  #judge(found: Pick<BigIntStats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>, name: string): void {
    if (found.isFile() || found.isDirectory()) return
    const shownName = name.slice(0, 200)
    if (found.isSymbolicLink()) throw leadsOut(this.#shown, `the symbolic link ${shownName} in the git directory`, LINK_REMEDY)
    throw unreadable(this.#shown, `${shownName} is neither a file nor a directory`)
  }

  #note(path: string, found: BigIntStats | undefined): void {
    this.stamp.set(path, render(found))
    if (found !== undefined && found.ctimeNs > this.#changedAt) this.#changedAt = found.ctimeNs
  }
}

function lookAt(path: string): Promise<BigIntStats | undefined> {
  return lstat(path, { bigint: true }).catch(ignoreAbsence)
}

function render(found: BigIntStats | undefined): string {
  return found === undefined ? 'absent' : `${found.dev} ${found.ino} ${found.ctimeNs}`
}
