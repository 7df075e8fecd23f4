import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RefwardError, RepoRef } from '@refward/core-policy'
import { GitFailure, saysDiskFull } from '../process/git-end.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { ColdFill } from './cold-fill.ts'
import { Generation } from './generation.ts'
import { type Incoming, type MirrorLimits, movePacks } from './index-incoming.ts'
import { KEEP_PREFIX, TIP_PREFIX } from './mirror-layout.ts'
import { explainMirrorFailure } from './mirror-failure.ts'
import type { Adoption, Mirror, MirrorView, RefreshRequest } from './mirror-types.ts'
import { type Batch, RefreshQueue } from './refresh-queue.ts'
import { fetchFromUpstream, listedIds, mirroredIds, renderMirrorRequest, takeInNew, takeInSpooled } from './take-in.ts'
import { buildMaintained, carryOver, packFiles, verifyPacks } from './maintenance.ts'
import { packsMatchIndexes } from './pack-pairs.ts'
import { changeTipRefs } from './tip-refs.ts'
import { WantDenied } from './want-denied.ts'

/** Something that an operator may want to know about a mirror. */
export type MirrorEvent =
  | { readonly kind: 'fetched'; readonly repo: RepoRef; readonly cold: boolean; readonly milliseconds: number; readonly bytes: number }
  | { readonly kind: 'rebuilt'; readonly repo: RepoRef; readonly reason: string }
  | { readonly kind: 'maintained'; readonly repo: RepoRef; readonly milliseconds: number }
  | { readonly kind: 'maintenance-failed'; readonly repo: RepoRef; readonly error: unknown }
  | { readonly kind: 'evicted'; readonly bytes: number }

export interface MirrorDependencies {
  readonly git: GitRuntime
  readonly limits: MirrorLimits
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** A name that has not been used before: `randomBytes(16).toString('hex')`. */
  readonly createName: () => string
  readonly report: (event: MirrorEvent) => void
  /** Called when something has been added. */
  readonly onGrowth: () => void
  /** Aborts when the gateway stops. */
  readonly signal: AbortSignal
}

/** A listing may be this old when it is used, so younger tips than this are not missed in it. */
const LISTING_AGE_MS = 10 * 60_000

const CHECK_MS = 24 * 60 * 60_000
/** Every push adds a small pack, and each is one more place to look. */
const MANY_PACKS = 12

/** The mirror of one repository in one directory. Its parts: generations on disk, a queue of upstream fetches. */
export class RepositoryMirror implements Mirror {
  readonly repo: RepoRef
  readonly directory: string
  readonly #dependencies: MirrorDependencies
  readonly #queue: RefreshQueue
  #generation: Generation
  readonly #addedAt = new Map<string, number>()
  #filling: ColdFill | undefined
  #writing: Promise<unknown> = Promise.resolve()
  #maintainedAt = 0

  private constructor(repo: RepoRef, directory: string, generation: Generation, dependencies: MirrorDependencies) {
    this.repo = repo
    this.directory = directory
    this.#generation = generation
    this.#dependencies = dependencies
    this.#queue = new RefreshQueue(
      (batch) => this.#plan(batch),
      (batch, wants) => this.#fetch(batch, wants),
    )
  }

  /** Takes up what an earlier run left in the directory, or begins with nothing. */
  static async load(repo: RepoRef, directory: string, dependencies: MirrorDependencies): Promise<RepositoryMirror> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const generation = await takeUp(repo, directory, dependencies)
    return new RepositoryMirror(repo, directory, generation, dependencies)
  }

  get tips(): ReadonlySet<string> {
    return this.#generation.tips
  }

  get bytes(): number {
    return this.#generation.bytes
  }

  get hasKeptTips(): boolean {
    return this.#generation.kept.size > 0
  }

  get isFetching(): boolean {
    return this.#queue.busy
  }

  async open(): Promise<MirrorView> {
    const generation = this.#generation
    const damage = await generation.findDamage()
    if (damage !== undefined) await this.#replace(generation, damage)
    return this.#generation.view()
  }

  async refresh(request: RefreshRequest): Promise<void> {
    const needed = new Set(request.needed)
    for (let round = 0; ; round += 1) {
      const missing = needed.difference(this.tips)
      const [gone] = missing
      if (gone === undefined) return
      // A fetch that covered it has ended well and it is not here: the upstream had it when it was listed and has it no more.
      if (round === 2) throw new WantDenied(gone)
      await withSignal(this.#queue.join(missing, request), request.signal)
    }
  }

  /**
   * For a clone of exactly `needed` while nothing is here yet: the running first fetch if it is for the same, or a new one.
   * Undefined when there is something here, or the running fetch is for something else.
   */
  fillFor(clone: Batch & { readonly includeTag: boolean }): ColdFill | undefined {
    if (this.tips.size > 0) return undefined
    if (!this.#queue.busy) void this.#queue.start(clone, clone.needed)
    const fill = this.#filling
    return fill !== undefined && fill.includeTag === clone.includeTag && isSameSet(fill.wants, clone.needed) ? fill : undefined
  }

  async adopt({ view, objects, tips }: Adoption): Promise<void> {
    await this.#serially(async () => {
      const generation = this.#generation
      if (generation.lineage !== view.lineage) return
      await movePacks(objects, generation.objects)
      await generation.notePacks()
      await this.#changeTips(generation, { add: tips, remove: [] })
    })
    this.#dependencies.onGrowth()
  }

  async keep(id: string): Promise<boolean> {
    return this.#serially(async () => {
      try {
        await changeTipRefs(this.#dependencies.git, this.#generation.gitDir, { prefix: KEEP_PREFIX, add: [id], remove: [] })
      } catch (error) {
        if (error instanceof GitFailure && error.end.kind === 'exited') return false
        throw error
      }
      this.#generation.kept.add(id)
      return true
    })
  }

  async unkeep(id: string): Promise<void> {
    await this.#serially(async () => {
      const { kept, gitDir } = this.#generation
      if (!kept.has(id)) return
      await changeTipRefs(this.#dependencies.git, gitDir, { prefix: KEEP_PREFIX, add: [], remove: [id] })
      kept.delete(id)
    })
  }

  async reportDamage(view: MirrorView, reason: string): Promise<void> {
    const generation = this.#generation
    if (generation.lineage === view.lineage) await this.#replace(generation, reason)
  }

  /**
   * Whether it pays to make a faster generation: none was made in this run, small packs have piled up, or it is time to look
   * whether the disk still gives back what was written.
   */
  get needsMaintenance(): boolean {
    const { packCount } = this.#generation
    return packCount > MANY_PACKS || (packCount > 0 && this.#dependencies.clock() - this.#maintainedAt > CHECK_MS)
  }

  /**
   * Replaces the generation by a faster one with the same objects, which is made beside it while both reading and writing go
   * on. The old one goes with its last reader.
   */
  async maintain(): Promise<void> {
    const { git, signal, createName, clock, report } = this.#dependencies
    const from = this.#generation
    const name = createName()
    const draft = join(this.directory, `${name}.draft`)
    const began = clock()
    try {
      const known = await packFiles(from)
      await verifyPacks(git, from, known, signal)
      await buildMaintained(git, from, draft, signal)
      await this.#serially(async () => {
        if (this.#generation !== from) return
        await carryOver(from, draft, known)
        await this.#swap(from, draft, join(this.directory, `${name}.git`))
        report({ kind: 'maintained', repo: this.repo, milliseconds: clock() - began })
      })
    } catch (error) {
      if (signal.aborted) return
      report({ kind: 'maintenance-failed', repo: this.repo, error })
      // Bits rot, and git copies packed bytes to clients as they lie: what cannot be read here would fail there.
      if (isDamage(error)) await this.#replace(from, 'git could not read all of it')
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  }

  async #swap(from: Generation, draft: string, gitDir: string): Promise<void> {
    await rename(draft, gitDir)
    this.#generation = await Generation.load(this.#dependencies.git, gitDir, from)
    this.#maintainedAt = this.#dependencies.clock()
    await from.retire()
  }

  /** Lets everything go. Whoever reads goes on reading. */
  async evict(): Promise<void> {
    await this.#serially(() => this.#startEmpty(this.#generation))
  }

  /** Resolves when nothing is being fetched or written. */
  async settled(): Promise<void> {
    await this.#queue.settled()
    await this.#writing
  }

  async #replace(damaged: Generation, reason: string): Promise<void> {
    await this.#serially(async () => {
      if (this.#generation !== damaged) return
      await this.#startEmpty(damaged)
      this.#dependencies.report({ kind: 'rebuilt', repo: this.repo, reason })
    })
  }

  async #startEmpty(old: Generation): Promise<void> {
    this.#generation = await Generation.create(join(this.directory, generationName(this.#dependencies)))
    this.#maintainedAt = 0
    await old.retire()
  }

  #plan({ needed, listing }: Batch): ReadonlySet<string> {
    return mirroredIds(listing).union(needed).difference(this.tips)
  }

  async #fetch(batch: Batch, wants: ReadonlySet<string>): Promise<void> {
    const explain = (error: unknown): RefwardError => explainMirrorFailure(error, this.repo, this.#dependencies.limits)
    const fill = new ColdFill({ wants, includeTag: batch.includeTag ?? false }, explain)
    this.#filling = this.tips.size === 0 ? fill : undefined
    try {
      await this.#fetchOrHeal(batch, fill)
    } catch (error) {
      const fault = explain(error)
      fill.fail(fault)
      throw fault
    } finally {
      this.#filling = undefined
    }
  }

  /** When git cannot join what came to what is here, something here is not as it was: once more, from nothing. */
  async #fetchOrHeal(batch: Batch, fill: ColdFill): Promise<void> {
    const view = await this.open()
    try {
      await this.#takeIn(batch, fill, view)
    } catch (error) {
      if (view.tips.size === 0 || !isDamage(error)) throw error
      await this.reportDamage(view, 'git could not join to it what came')
      await this.#fetchOrHeal(batch, fill)
    } finally {
      view.release()
    }
  }

  async #takeIn({ listing, source }: Batch, fill: ColdFill, view: MirrorView): Promise<void> {
    const { git, limits, signal, createName, clock, report } = this.#dependencies
    const directory = join(view.gitDir, 'incoming', createName())
    const incoming: Incoming = { gitDir: view.gitDir, directory, limits, signal }
    const before = { time: clock(), bytes: this.bytes, cold: view.tips.size === 0 }
    try {
      await mkdir(join(directory, 'pack'), { recursive: true, mode: 0o700 })
      const request = { ...renderMirrorRequest(fill, view.tips, listing), onProgress: (text: Uint8Array) => fill.progress.say(text) }
      const { answer, wants } = await fetchFromUpstream(source, request, signal)
      const [gone] = fill.wants.difference(wants)
      if (gone !== undefined) fill.fail(new WantDenied(gone))
      if (before.cold) await takeInSpooled(git, incoming, fill, answer, this.repo)
      else await takeInNew(git, incoming, answer, { wants, tips: view.tips, repo: this.repo })
      await this.adopt({ view, objects: directory, tips: [...wants] })
      await this.#dropTips(listing, wants)
      report({ kind: 'fetched', repo: this.repo, cold: before.cold, milliseconds: clock() - before.time, bytes: this.bytes - before.bytes })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }

  /** Branches that are gone upstream are forgotten here. Their objects stay until the mirror is rebuilt. */
  async #dropTips(listing: RefreshRequest['listing'], wants: ReadonlySet<string>): Promise<void> {
    await this.#serially(async () => {
      const latest = this.#dependencies.clock() - LISTING_AGE_MS
      const gone = this.tips.difference(listedIds(listing)).difference(wants)
      const remove = [...gone].filter((id) => (this.#addedAt.get(id) ?? 0) < latest)
      await this.#changeTips(this.#generation, { add: [], remove })
    })
  }

  async #changeTips(generation: Generation, change: { readonly add: readonly string[]; readonly remove: readonly string[] }): Promise<void> {
    await changeTipRefs(this.#dependencies.git, generation.gitDir, { prefix: TIP_PREFIX, ...change })
    for (const id of change.add) {
      generation.tips.add(id)
      this.#addedAt.set(id, this.#dependencies.clock())
    }
    for (const id of change.remove) {
      generation.tips.delete(id)
      this.#addedAt.delete(id)
    }
  }

  /** One writer at a time: adoptions, tips and swaps of generations. Readers never wait. */
  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(work)
    this.#writing = result.catch(() => undefined)
    return result
  }
}

function generationName({ createName }: MirrorDependencies): string {
  return `${createName()}.git`
}

async function takeUp(repo: RepoRef, directory: string, dependencies: MirrorDependencies): Promise<Generation> {
  const gitDir = await keepNewest(directory)
  try {
    if (gitDir !== undefined && (await packsMatchIndexes(gitDir))) return await Generation.load(dependencies.git, gitDir)
  } catch (error) {
    if (!(error instanceof GitFailure) && !isMissing(error)) throw error
  }
  if (gitDir !== undefined) dependencies.report({ kind: 'rebuilt', repo, reason: 'it cannot be read' })
  const generation = await Generation.create(join(directory, generationName(dependencies)))
  if (gitDir !== undefined) await rm(gitDir, { recursive: true, force: true })
  return generation
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Removes drafts and superseded generations that a crash left behind. */
async function keepNewest(directory: string): Promise<string | undefined> {
  const names = await readdir(directory)
  const found = await Promise.all(
    names.map(async (name) => {
      const written = name.endsWith('.git') ? await stat(join(directory, name, 'HEAD')).catch(() => undefined) : undefined
      return { path: join(directory, name), time: written?.mtimeMs ?? -1 }
    }),
  )
  const [newest] = found.filter(({ time }) => time >= 0).toSorted((a, b) => b.time - a.time)
  for (const { path } of found) if (path !== newest?.path) await rm(path, { recursive: true, force: true })
  return newest?.path
}

/** Git gave up by itself, and not for want of room. */
function isDamage(error: unknown): boolean {
  return error instanceof GitFailure && error.end.kind === 'exited' && !saysDiskFull(error.end)
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && a.isSubsetOf(b)
}

function withSignal(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', onAbort))
}
