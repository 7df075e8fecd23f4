import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ListedRef } from '@refward/upstream'
import { KEEP_PREFIX, TIP_PREFIX, writeEmptyRepository } from './mirror-layout.ts'
import type { MirrorView } from './mirror-types.ts'
import { RefViews } from './ref-views.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'

/** Size and time of a file; another value means that somebody else was here. */
interface PackPrint {
  readonly bytes: number
  readonly modified: number
}

const TIP_LIST_BYTES = 256 * 1024 * 1024

/**
 * One bare repository on disk, and who reads it.
 *
 * INVARIANT: packs and objects are only ever added to a generation. What would remove some (a repack, a rebuild, an eviction)
 * makes another generation, and this one is deleted when its last reader has let go. So no running upload-pack and no
 * quarantine loses an object, and nobody waits for anybody.
 */
export class Generation {
  readonly gitDir: string
  readonly objects: string
  readonly tips: Set<string>
  readonly kept: Set<string>
  /** The same for generations that hold everything that the one before held; another one after a rebuild. */
  readonly lineage: symbol
  readonly #prints: Map<string, PackPrint>
  readonly #refViews: RefViews
  #readers = 0
  #retired = false

  private constructor(gitDir: string, refs: GenerationRefs, prints: Map<string, PackPrint>, lineage: symbol = Symbol(gitDir)) {
    this.lineage = lineage
    this.gitDir = gitDir
    this.objects = join(gitDir, 'objects')
    this.tips = refs.tips
    this.kept = refs.kept
    this.#prints = prints
    this.#refViews = new RefViews(join(gitDir, 'views'))
  }

  static async create(gitDir: string): Promise<Generation> {
    await writeEmptyRepository(gitDir)
    return new Generation(gitDir, { tips: new Set(), kept: new Set() }, await readPrints(gitDir))
  }

  /** @param before the generation that this one continues. */
  static async load(runtime: GitRuntime, gitDir: string, before?: Generation): Promise<Generation> {
    for (const name of ['incoming', 'views']) await rm(join(gitDir, name), { recursive: true, force: true })
    return new Generation(gitDir, await readRefs(runtime, gitDir), await readPrints(gitDir), before?.lineage)
  }

  /** Bytes of all packs and their indexes. */
  get bytes(): number {
    const packs = [...this.#prints].filter(([name]) => name.startsWith('objects/pack/'))
    return packs.reduce((sum, [, { bytes }]) => sum + bytes, 0)
  }

  get packCount(): number {
    return [...this.#prints.keys()].filter((name) => name.endsWith('.pack')).length
  }

  view(): MirrorView {
    this.#readers += 1
    let held = true
    const opened: (() => void)[] = []
    const withRefs = async (refs: readonly ListedRef[]): Promise<string> => {
      const view = await this.#refViews.open(refs)
      opened.push(() => view.release())
      return view.gitDir
    }
    const release = (): void => {
      if (!held) return
      held = false
      for (const close of opened) close()
      this.#readers -= 1
      if (this.#retired && this.#readers === 0) void this.#remove()
    }
    return { gitDir: this.gitDir, objects: this.objects, tips: this.tips, lineage: this.lineage, withRefs, release }
  }

  /** Deletes the directory as soon as nobody reads it. */
  async retire(): Promise<void> {
    this.#retired = true
    if (this.#readers === 0) await this.#remove()
  }

  /** What is wrong with the files, or undefined. Costs a few `stat` calls. */
  async findDamage(): Promise<string | undefined> {
    const found = await readPrints(this.gitDir).catch(() => undefined)
    if (found === undefined) return 'some of its files are gone'
    for (const [name, print] of this.#prints) {
      const now = found.get(name)
      if (now === undefined) return `${name} is gone`
      if (now.bytes !== print.bytes || now.modified !== print.modified) return `${name} was changed`
    }
    return undefined
  }

  /** Says that packs were added on purpose. */
  async notePacks(): Promise<void> {
    for (const [name, print] of await readPrints(this.gitDir)) if (!this.#prints.has(name)) this.#prints.set(name, print)
  }

  /** An empty directory for one incoming pack, on the same file system, so that the pack can be renamed into place. */
  async incoming(name: string): Promise<string> {
    const directory = join(this.gitDir, 'incoming', name)
    await mkdir(join(directory, 'pack'), { recursive: true, mode: 0o700 })
    return directory
  }

  async #remove(): Promise<void> {
    await rm(this.gitDir, { recursive: true, force: true, maxRetries: 3 })
  }
}

interface GenerationRefs {
  readonly tips: Set<string>
  readonly kept: Set<string>
}

async function readRefs(runtime: GitRuntime, gitDir: string): Promise<GenerationRefs> {
  const call = { command: 'for-each-ref', gitDir, flags: { '--format': '%(refname)' }, operands: [TIP_PREFIX, KEEP_PREFIX] } as const
  const { stdout } = await runGit(runtime, call, { maxOutputBytes: TIP_LIST_BYTES })
  const names = stdout.toString('latin1').split('\n')
  const idsUnder = (prefix: string): Set<string> =>
    new Set(names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)))
  return { tips: idsUnder(TIP_PREFIX), kept: idsUnder(KEEP_PREFIX) }
}

/** The packs, and the two files without which git does not take the directory for a repository. */
async function readPrints(gitDir: string): Promise<Map<string, PackPrint>> {
  const packs = (await readdir(join(gitDir, 'objects/pack'))).filter((name) => /^pack-[0-9a-f]+\.(?:pack|idx)$/.test(name))
  const files = ['HEAD', 'config', ...packs.map((name) => `objects/pack/${name}`)]
  const prints = files.map(async (name): Promise<[string, PackPrint]> => {
    const { size, mtimeMs } = await stat(join(gitDir, name))
    return [name, { bytes: size, modified: Math.trunc(mtimeMs) }]
  })
  return new Map(await Promise.all(prints))
}
