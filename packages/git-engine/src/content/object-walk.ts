import type { GitEnd } from '../process/git-end.ts'
import { GitFailure } from '../process/git-end.ts'
import type { ObjectStore } from '../process/git-environment.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { feedGit } from '../process/feed-git.ts'
import { type GitChild, spawnGit } from '../process/spawn-git.ts'
import type { GitOptions } from '../process/start-git.ts'
import { type ChangedPath, readChangedPaths } from './changed-paths.ts'
import { type ListedObject, readObjectListing } from './object-listing.ts'
import { OBJECT_HEADER_FORMAT, ObjectStream } from './object-stream.ts'

export interface WalkOptions {
  readonly gitDir: string
  readonly objects: ObjectStore
  readonly timeMs: number
  readonly allocationLimitBytes: number
  /** Changed paths that are kept; reading ends with the first one above. */
  readonly maxChanges: number
  readonly signal: AbortSignal
}

/**
 * The four children that look at what a push brings. Three are started while the forge is asked for its refs, so that their start
 * costs no time of its own, and wait at their inputs:
 *
 * - `rev-list` lists what is new, once. INVARIANT: this one list feeds all the others, so that what is scanned, what is
 *   decided on and what is sent upstream are the same object ids.
 * - `cat-file` gives their bytes, `diff-tree` the paths that the commits change.
 * - `pack-objects` takes the list too, and makes nothing of it before {@link ObjectWalk.releasePack}. It alone is started when the
 *   objects are there: it looks for packs once, and packs that it did not find then it would compress anew (measured for a push of
 *   200 MiB: 37 s in place of 0.6).
 */
export class ObjectWalk {
  /** Answers of `cat-file`, in the order of the list. */
  readonly contents: ObjectStream
  /** What each new commit changes, the oldest first. */
  readonly changes: Promise<readonly ChangedPath[]>
  readonly #list: GitChild
  readonly #cat: GitChild
  readonly #diff: GitChild
  readonly #startPack: () => GitChild
  #pack: GitChild | undefined

  constructor(git: GitRuntime, options: WalkOptions) {
    const { gitDir } = options
    const common: GitOptions = {
      objects: options.objects,
      timeoutMs: options.timeMs,
      allocationLimitBytes: options.allocationLimitBytes,
      signal: options.signal,
    }
    this.#list = spawnGit(git, { command: 'rev-list', gitDir, flags: { '--objects-edge': true, '--stdin': true } }, common)
    this.#cat = spawnGit(git, { command: 'cat-file', gitDir, flags: { '--batch-command': OBJECT_HEADER_FORMAT, '--buffer': true } }, common)
    const allocationLimitBytes = DIFF_ALLOCATION + options.maxChanges * DIFF_BYTES_PER_CHANGE
    this.#diff = spawnGit(git, { command: 'diff-tree', gitDir, flags: DIFF_FLAGS }, { ...common, allocationLimitBytes })
    this.#startPack = () => spawnGit(git, { command: 'pack-objects', gitDir, flags: PACK_FLAGS }, common)
    this.contents = new ObjectStream(this.#cat.stdout)
    this.changes = this.#readChanges(options.maxChanges)
    // Awaited by whoever needs it, or by nobody when the push ends before.
    this.changes.catch(() => undefined)
  }

  /** Names commits whose history is not new. May be called before there is anything else to walk. */
  async exclude(ids: Iterable<string>): Promise<void> {
    const lines = Array.from(ids, (id) => `^${id}\n`)
    if (lines.length > 0) await feedGit(this.#list, lines.join(''))
  }

  /** Lists what these ids reach and the excluded ones do not, in batches, and asks the other children about each. */
  async *list(ids: readonly string[]): AsyncGenerator<readonly ListedObject[]> {
    await feedGit(this.#list, ids.map((id) => `${id}\n`).join(''))
    this.#list.stdin.end()
    const pack = (this.#pack = this.#startPack())
    for await (const batch of readObjectListing(this.#list.stdout)) {
      await this.#ask(batch, pack)
      yield batch.filter(({ kind }) => kind !== 'edge')
    }
    await expectSuccess('rev-list', this.#list)
    this.#diff.stdin.end()
  }

  /** Asks for more objects by any name that git resolves; the answers come after those of the list. */
  async request(commands: readonly string[]): Promise<void> {
    await feedGit(this.#cat, `${commands.join('\n')}\nflush\n`)
  }

  /** Says that nothing more will be asked. */
  async finish(): Promise<void> {
    this.#cat.stdin.end()
    this.#cat.stdout.resume()
    await expectSuccess('cat-file', this.#cat)
  }

  /** Lets `pack-objects` make the pack of exactly the listed objects. It begins at the first call; all calls give the same pack. */
  releasePack(): GitChild {
    const pack = (this.#pack ??= this.#startPack())
    pack.stdin.end()
    return pack
  }

  /** Ends whatever still runs. Resolves when all of it is gone. */
  async stop(): Promise<void> {
    const children = [this.#list, this.#cat, this.#diff, ...(this.#pack === undefined ? [] : [this.#pack])]
    for (const child of children) child.kill()
    await Promise.all(children.map((child) => child.end))
  }

  async #ask(batch: readonly ListedObject[], pack: GitChild): Promise<void> {
    const wanted = batch.filter(({ kind }) => kind !== 'edge').map(({ id }) => `contents ${id}\n`)
    const commits = batch.filter(({ kind }) => kind === 'commit').map(({ id }) => `${id}\n`)
    await Promise.all([
      feedGit(pack, batch.map(renderListed).join('')),
      wanted.length === 0 ? true : feedGit(this.#cat, `${wanted.join('')}flush\n`),
      commits.length === 0 ? true : feedGit(this.#diff, commits.join('')),
    ])
  }

  async #readChanges(maximum: number): Promise<readonly ChangedPath[]> {
    const changes: ChangedPath[] = []
    for await (const batch of readChangedPaths(this.#diff.stdout)) {
      // One above the limit is enough to be refused by it.
      if (changes.length <= maximum) changes.push(...batch)
    }
    await expectSuccess('diff-tree', this.#diff)
    // Oldest commit first: of several that change a path, the first is the one to look at.
    return changes.toReversed()
  }
}

/**
 * Ten trees that name each other stand for ten thousand million paths, and git queues a difference whole before it prints any of
 * it. Its queue is one piece of eight bytes for each path, which this lets grow to some multiple of the changes that are allowed.
 */
const DIFF_ALLOCATION = 4 * 1024 * 1024
const DIFF_BYTES_PER_CHANGE = 64

const DIFF_FLAGS = {
  '--stdin': true,
  '-r': true,
  // Directories too: a finding in a file name is in a tree, and its commit is known from here.
  '-t': true,
  '-c': true,
  '--root': true,
  '--raw': true,
  '--no-abbrev': true,
  '-z': true,
  '--no-renames': true,
  '--ignore-submodules': 'none',
} as const

/** Deltas name their base by its id: every forge reads that, so nothing need be known of it when the child starts. */
const PACK_FLAGS = { '--stdout': true, '--quiet': true } as const

/** The form in which `pack-objects` takes a list: with a leading dash what the receiver has, to make differences to. */
function renderListed(object: ListedObject): string {
  switch (object.kind) {
    case 'edge':
      return `-${object.id}\n`
    case 'commit':
      return `${object.id}\n`
    case 'other':
      return `${object.id} ${object.path}\n`
  }
}

async function expectSuccess(command: string, child: GitChild): Promise<void> {
  const end: GitEnd = await child.end
  if (end.kind !== 'exited' || end.code !== 0) throw new GitFailure(command, end)
}
