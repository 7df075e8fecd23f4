import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoRef } from '@refward/core-policy'
import { GitFailure } from '../process/git-end.ts'
import { Generation } from './generation.ts'
import { movePacks } from './index-incoming.ts'
import { carryOver } from './maintenance.ts'
import type { MirrorDependencies } from './mirror-dependencies.ts'
import { explainMirrorFailure } from './mirror-failure.ts'
import { KEEP_PREFIX, TIP_PREFIX } from './mirror-layout.ts'
import type { Adoption, MirrorView } from './mirror-types.ts'
import { takeUpGeneration } from './take-up.ts'
import { changeTipRefs } from './tip-refs.ts'

/**
 * Which generation of a mirror is in use, and everything that writes to it. One writer at a time: adoptions, tips and swaps of
 * generations. Readers never wait.
 */
export class CurrentGeneration {
  readonly #repo: RepoRef
  readonly #directory: string
  readonly #dependencies: MirrorDependencies
  readonly #addedAt = new Map<string, number>()
  #generation: Generation
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(repo: RepoRef, directory: string, generation: Generation, dependencies: MirrorDependencies) {
    this.#repo = repo
    this.#directory = directory
    this.#generation = generation
    this.#dependencies = dependencies
  }

  /** Takes up what an earlier run left in the directory, or begins with nothing. */
  static async load(repo: RepoRef, directory: string, dependencies: MirrorDependencies): Promise<CurrentGeneration> {
    return new CurrentGeneration(repo, directory, await takeUpGeneration(repo, directory, dependencies), dependencies)
  }

  get value(): Generation {
    return this.#generation
  }

  /** Holds the generation, after a look at its files: one that was deleted or changed from outside is replaced first. */
  async open(): Promise<MirrorView> {
    const generation = this.#generation
    const damage = await generation.findDamage()
    if (damage !== undefined) await this.replace(generation, damage)
    return this.#generation.view()
  }

  async adopt({ view, objects, tips }: Adoption): Promise<void> {
    await this.#serially(async () => {
      const generation = this.#generation
      if (generation.lineage !== view.lineage) return
      await movePacks(objects, generation.objects)
      await generation.notePacks()
      await changeTipRefs(this.#dependencies.git, generation.gitDir, { prefix: TIP_PREFIX, add: tips, remove: [] })
      for (const id of tips) {
        generation.tips.add(id)
        this.#addedAt.set(id, this.#dependencies.clock())
      }
    })
    this.#dependencies.onGrowth()
  }

  /** Forgets tips that came before a time and are not among these. Their objects stay until the mirror is rebuilt. */
  async forgetTips(before: number, but: ReadonlySet<string>): Promise<void> {
    await this.#serially(async () => {
      const { gitDir, tips } = this.#generation
      const remove = [...tips.difference(but)].filter((id) => (this.#addedAt.get(id) ?? 0) < before)
      await changeTipRefs(this.#dependencies.git, gitDir, { prefix: TIP_PREFIX, add: [], remove })
      for (const id of remove) {
        tips.delete(id)
        this.#addedAt.delete(id)
      }
    })
  }

  async keep(id: string): Promise<boolean> {
    return this.#serially(async () => {
      const { gitDir, kept } = this.#generation
      try {
        await changeTipRefs(this.#dependencies.git, gitDir, { prefix: KEEP_PREFIX, add: [id], remove: [] })
      } catch (error) {
        if (error instanceof GitFailure && error.end.kind === 'exited') return false
        throw error
      }
      kept.add(id)
      return true
    })
  }

  async unkeep(id: string): Promise<void> {
    await this.#serially(async () => {
      const { gitDir, kept } = this.#generation
      if (!kept.has(id)) return
      await changeTipRefs(this.#dependencies.git, gitDir, { prefix: KEEP_PREFIX, add: [], remove: [id] })
      kept.delete(id)
    })
  }

  /** Begins anew in the place of a generation that is not whole. Whoever reads it goes on reading. */
  async replace(damaged: Generation, reason: string): Promise<void> {
    await this.#serially(async () => {
      if (this.#generation !== damaged) return
      await this.#startEmpty()
      this.#dependencies.report({ kind: 'rebuilt', repo: this.#repo, reason })
    })
  }

  async evict(): Promise<void> {
    await this.#serially(() => this.#startEmpty())
  }

  /**
   * Puts a faster copy in the place of the generation that it was made of, with what came in meanwhile.
   *
   * @param known the files that the copy has.
   */
  async promote(from: Generation, draft: string, known: ReadonlySet<string>): Promise<void> {
    await this.#serially(async () => {
      if (this.#generation !== from) return
      await carryOver(from, draft, known)
      const gitDir = join(this.#directory, this.#newName())
      await rename(draft, gitDir)
      this.#generation = await Generation.load(this.#dependencies.git, gitDir, from)
      await from.retire()
    })
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #startEmpty(): Promise<void> {
    const old = this.#generation
    try {
      this.#generation = await Generation.create(join(this.#directory, this.#newName()))
    } catch (error) {
      throw explainMirrorFailure(error, this.#repo, this.#dependencies.limits)
    }
    this.#addedAt.clear()
    await old.retire()
  }

  #newName(): string {
    return `${this.#dependencies.createName()}.git`
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(work)
    this.#writing = result.catch(() => undefined)
    return result
  }
}
