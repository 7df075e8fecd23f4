import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RefwardError, RepoRef } from '@refward/core-policy'
import { GitFailure, saysDiskFull } from '../process/git-end.ts'
import { ColdFill } from './cold-fill.ts'
import { FirstPackKeeper } from './first-pack-keeper.ts'
import { CurrentGeneration } from './current-generation.ts'
import type { Incoming } from './index-incoming.ts'
import { buildMaintained, packFiles, verifyPacks } from './maintenance.ts'
import type { MirrorDependencies } from './mirror-dependencies.ts'
import { explainMirrorFailure } from './mirror-failure.ts'
import type { Adoption, Mirror, MirrorView, RefreshRequest } from './mirror-types.ts'
import { type Batch, RefreshQueue } from './refresh-queue.ts'
import { fetchFromUpstream, listedIds, mirroredIds, renderMirrorRequest, takeInNew, takeInSpooled } from './take-in.ts'
import { WantDenied } from './want-denied.ts'

/** A listing may be this old when it is used, so younger tips than this are not missed in it. */
const LISTING_AGE_MS = 10 * 60_000
/** How often the disk is asked to give back what was written, and how soon what failed is tried again. */
const CHECK_MS = 24 * 60 * 60_000
const RETRY_MS = 60 * 60_000
/** Every push adds a small pack, and each is one more place to look. */
const MANY_PACKS = 12

/** The mirror of one repository in one directory: the generation in use, a queue of upstream fetches, and its upkeep. */
export class RepositoryMirror implements Mirror {
  readonly repo: RepoRef
  readonly firstPack: FirstPackKeeper
  readonly #directory: string
  readonly #dependencies: MirrorDependencies
  readonly #current: CurrentGeneration
  readonly #queue: RefreshQueue
  #filling: ColdFill | undefined
  #upkeep: { readonly due: number; readonly failed: boolean } = { due: 0, failed: false }

  private constructor(repo: RepoRef, directory: string, current: CurrentGeneration, dependencies: MirrorDependencies) {
    this.repo = repo
    this.#directory = directory
    this.#current = current
    this.#dependencies = dependencies
    this.firstPack = new FirstPackKeeper(this, dependencies.signal)
    this.#queue = new RefreshQueue(
      (batch) => this.#plan(batch),
      (batch, wants) => this.#fetch(batch, wants),
    )
  }

  static async load(repo: RepoRef, directory: string, dependencies: MirrorDependencies): Promise<RepositoryMirror> {
    return new RepositoryMirror(repo, directory, await CurrentGeneration.load(repo, directory, dependencies), dependencies)
  }

  get tips(): ReadonlySet<string> {
    return this.#current.value.tips
  }

  get bytes(): number {
    return this.#current.value.bytes
  }

  get hasKeptTips(): boolean {
    return this.#current.value.kept.size > 0
  }

  get isFetching(): boolean {
    return this.#queue.busy
  }

  open(): Promise<MirrorView> {
    return this.#current.open()
  }

  adopt(adoption: Adoption): Promise<void> {
    return this.#current.adopt(adoption)
  }

  keep(id: string): Promise<boolean> {
    return this.#current.keep(id)
  }

  unkeep(id: string): Promise<void> {
    return this.#current.unkeep(id)
  }

  async reportDamage(view: MirrorView, reason: string): Promise<void> {
    const generation = this.#current.value
    if (generation.lineage === view.lineage) await this.#current.replace(generation, reason)
  }

  async refresh(request: RefreshRequest): Promise<void> {
    const needed = new Set(request.needed)
    for (let round = 0; ; round += 1) {
      const missing = needed.difference(this.tips)
      const [gone] = missing
      if (gone === undefined) return
      // A fetch that covered it has ended well and it is not here: the upstream had it when it was listed and has it no more.
      if (round === 2) throw new WantDenied(gone)
      this.#filling?.hurry()
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
    return fill?.isReadable === true && fill.includeTag === clone.includeTag && isSameSet(fill.wants, clone.needed) ? fill : undefined
  }

  /**
   * Whether it pays to make a faster generation: none was made in this run, small packs have piled up, or it is time to look
   * whether the disk still gives back what was written.
   */
  get needsMaintenance(): boolean {
    const { packCount } = this.#current.value
    const { due, failed } = this.#upkeep
    return packCount > 0 && (this.#dependencies.clock() >= due || (packCount > MANY_PACKS && !failed))
  }

  /**
   * Replaces the generation by a faster one with the same objects, which is made beside it while both reading and writing go
   * on. The old one goes with its last reader.
   */
  async maintain(): Promise<void> {
    const { git, signal, createName, clock, report } = this.#dependencies
    const from = this.#current.value
    const draft = join(this.#directory, `${createName()}.draft`)
    const began = clock()
    try {
      const known = await packFiles(from)
      await verifyPacks(git, from, known, signal)
      await buildMaintained(git, from, draft, signal)
      await this.#current.promote(from, draft, known)
      this.#upkeep = { due: clock() + CHECK_MS, failed: false }
      report({ kind: 'maintained', repo: this.repo, milliseconds: clock() - began })
    } catch (error) {
      this.#upkeep = { due: clock() + RETRY_MS, failed: true }
      if (signal.aborted) return
      report({ kind: 'maintenance-failed', repo: this.repo, error })
      // Bits rot, and git copies packed bytes to clients as they lie: what cannot be read here would fail there.
      if (isDamage(error)) await this.#current.replace(from, 'git could not read all of it')
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  }

  /** Lets everything go. Whoever reads goes on reading. */
  evict(): Promise<void> {
    this.#upkeep = { due: 0, failed: false }
    return this.#current.evict()
  }

  /** Resolves when nothing is being fetched or written. */
  async settled(): Promise<void> {
    this.#filling?.hurry()
    await this.firstPack.settled()
    await this.#queue.settled()
    await this.#current.settled()
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
    const incoming: Incoming = { repo: this.repo, gitDir: view.gitDir, directory, limits, signal }
    const before = { time: clock(), bytes: this.bytes, cold: view.tips.size === 0 }
    try {
      await mkdir(join(directory, 'pack'), { recursive: true, mode: 0o700 })
      const request = { ...renderMirrorRequest(fill, view.tips, listing), onProgress: (text: Uint8Array) => fill.progress.say(text) }
      const fetched = await fetchFromUpstream(source, request, signal)
      const [gone] = fill.wants.difference(fetched.wants)
      if (gone !== undefined) fill.fail(new WantDenied(gone))
      const first = before.cold ? await takeInSpooled(git, incoming, fill, fetched) : undefined
      if (first === undefined) await takeInNew(git, incoming, fetched, view.tips)
      await this.adopt({ view, objects: directory, tips: [...fetched.wants] })
      // With tags that were not asked for, it would hold more than whoever wants the same may be shown.
      if (first !== undefined) this.firstPack.note(fill.includeTag ? undefined : { name: first, wants: fetched.wants })
      await this.#current.forgetTips(before.time - LISTING_AGE_MS, listedIds(listing).union(fetched.wants))
      report({ kind: 'fetched', repo: this.repo, cold: before.cold, milliseconds: clock() - before.time, bytes: this.bytes - before.bytes })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
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
