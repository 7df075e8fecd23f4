import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { RepoRef } from '@refward/core-policy'
import { MaintenanceQueue } from './maintenance-queue.ts'
import { mirrorDirectory } from './mirror-layout.ts'
import type { MirrorDependencies } from './mirror-dependencies.ts'
import { RepositoryMirror } from './repository-mirror.ts'

export interface MirrorStoreOptions extends Omit<MirrorDependencies, 'signal' | 'onGrowth'> {
  /** Absolute; created with mode 0700. */
  readonly directory: string
  /** Bytes of all mirrors together. The least recently used ones go first. */
  readonly maxBytes: number
  /** Milliseconds until a mirror that needs it is checked and made faster; default: ten seconds. */
  readonly maintenanceDelayMs?: number
}

/** All mirrors of a gateway. */
export interface MirrorStore {
  mirror(repo: RepoRef): Promise<RepositoryMirror>
  /** Evicts the least recently used mirrors until all fit. Done by itself after every fetch. */
  enforceBound(): Promise<void>
  /** Stops fetches and maintenance, and waits for them. */
  close(): Promise<void>
}

export function createMirrorStore(options: MirrorStoreOptions): MirrorStore {
  return new DirectoryMirrorStore(options)
}

interface StoredMirror {
  readonly name: string
  readonly bytes: number
  readonly usedAt: number
  readonly loaded: RepositoryMirror | undefined
}

const TOUCH_MS = 60_000
const MAINTENANCE_DELAY_MS = 10_000

class DirectoryMirrorStore implements MirrorStore {
  readonly #options: MirrorStoreOptions
  readonly #stop = new AbortController()
  readonly #loading = new Map<string, Promise<RepositoryMirror>>()
  readonly #loaded = new Map<string, RepositoryMirror>()
  readonly #usedAt = new Map<string, number>()
  readonly #maintenance: MaintenanceQueue
  #enforcing: Promise<void> = Promise.resolve()

  constructor(options: MirrorStoreOptions) {
    this.#options = options
    this.#maintenance = new MaintenanceQueue(options.maintenanceDelayMs ?? MAINTENANCE_DELAY_MS)
  }

  async mirror(repo: RepoRef): Promise<RepositoryMirror> {
    const directory = mirrorDirectory(this.#options.directory, repo.id)
    await this.#touch(directory)
    const loading = this.#loading.get(directory) ?? this.#load(repo, directory)
    this.#loading.set(directory, loading)
    const mirror = await loading
    if (mirror.needsMaintenance) this.#maintenance.schedule(mirror)
    return mirror
  }

  enforceBound(): Promise<void> {
    this.#enforcing = this.#enforcing.then(() => this.#enforce())
    return this.#enforcing
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#maintenance.close()
    await this.#enforcing
    await Promise.all([...this.#loaded.values()].map((mirror) => mirror.settled()))
  }

  async #load(repo: RepoRef, directory: string): Promise<RepositoryMirror> {
    try {
      // An eviction that is under way may be deleting this very directory.
      await this.#enforcing
      const dependencies: MirrorDependencies = {
        ...this.#options,
        signal: this.#stop.signal,
        onGrowth: () => this.#onGrowth(directory),
      }
      const mirror = await RepositoryMirror.load(repo, directory, dependencies)
      this.#loaded.set(directory, mirror)
      return mirror
    } catch (error) {
      this.#loading.delete(directory)
      throw error
    }
  }

  #onGrowth(directory: string): void {
    void this.enforceBound()
    const mirror = this.#loaded.get(directory)
    if (mirror?.needsMaintenance === true) this.#maintenance.schedule(mirror)
  }

  /** When a mirror was used last, kept on disk too, so that a restart does not forget it. */
  async #touch(directory: string): Promise<void> {
    const now = this.#options.clock()
    if (now - (this.#usedAt.get(directory) ?? 0) < TOUCH_MS) return
    this.#usedAt.set(directory, now)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await utimes(directory, now / 1000, now / 1000)
  }

  async #enforce(): Promise<void> {
    const stored = await this.#list()
    let total = stored.reduce((sum, { bytes }) => sum + bytes, 0)
    // What undo needs may be nowhere else, so mirrors that keep it go last. The newest one stays: somebody is using it.
    const candidates = stored.toSorted((a, b) => b.usedAt - a.usedAt).slice(1).toReversed()
    const order = [...candidates.filter(({ loaded }) => !loaded?.hasKeptTips), ...candidates.filter(({ loaded }) => loaded?.hasKeptTips)]
    for (const mirror of order) {
      if (total <= this.#options.maxBytes) return
      if (mirror.loaded?.isFetching === true) continue
      await this.#evict(mirror)
      total -= mirror.bytes
    }
  }

  async #evict({ name, bytes, loaded }: StoredMirror): Promise<void> {
    if (loaded === undefined) await rm(join(this.#options.directory, name), { recursive: true, force: true })
    else await loaded.evict()
    this.#options.report({ kind: 'evicted', bytes })
  }

  async #list(): Promise<readonly StoredMirror[]> {
    const { directory } = this.#options
    const names = await readdir(directory)
    return Promise.all(
      names.map(async (name): Promise<StoredMirror> => {
        const path = join(directory, name)
        const loaded = this.#loaded.get(path)
        const { mtimeMs } = await stat(path)
        return { name, loaded, bytes: loaded?.bytes ?? (await packBytes(path)), usedAt: Math.max(mtimeMs, this.#usedAt.get(path) ?? 0) }
      }),
    )
  }
}

/** Bytes of all packs beneath the directory of a mirror that is not loaded. */
async function packBytes(path: string): Promise<number> {
  const files = await readdir(path, { recursive: true })
  const packs = files.filter((file) => basename(file).startsWith('pack-'))
  const sizes = await Promise.all(packs.map((file) => stat(join(path, file)).then(({ size }) => size)))
  return sizes.reduce((sum, size) => sum + size, 0)
}
