import { createHash } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ListedRef } from '@refward/upstream'

/** Views that are kept although nobody uses them: the next request of the same session finds its own. */
const KEPT_VIEWS = 16

interface RefView {
  readonly gitDir: Promise<string>
  users: number
}

/**
 * Git directories without objects, each with the refs that some session sees, under the upstream's names. Where git looks at refs by
 * itself (`include-tag`, `deepen-not`), it is run in one of these, so that a hidden ref is not hidden but absent.
 */
export class RefViews {
  readonly #directory: string
  readonly #views = new Map<string, RefView>()

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The same refs give the same directory. It stays until `release`. */
  async open(refs: readonly ListedRef[]): Promise<{ readonly gitDir: string; release(): void }> {
    const content = renderPackedRefs(refs)
    const name = createHash('sha256').update(content).digest('hex')
    const view = this.#views.get(name) ?? { gitDir: writeRefView(join(this.#directory, name), content), users: 0 }
    this.#views.delete(name)
    this.#views.set(name, view)
    view.users += 1
    const release = (): void => {
      view.users -= 1
      this.#prune()
    }
    try {
      return { gitDir: await view.gitDir, release }
    } catch (error) {
      this.#views.delete(name)
      throw error
    }
  }

  #prune(): void {
    for (const [name, { users }] of this.#views) {
      if (this.#views.size <= KEPT_VIEWS) return
      if (users > 0) continue
      this.#views.delete(name)
      void rm(join(this.#directory, name), { recursive: true, force: true }).catch(() => undefined)
    }
  }
}

/** Names come from the upstream and were checked when they were parsed; in this file they are text, never paths. */
function renderPackedRefs(refs: readonly ListedRef[]): string {
  const lines = refs.flatMap(({ name, id, peeled }) => (peeled === undefined ? [`${id} ${name}`] : [`${id} ${name}`, `^${peeled}`]))
  return ['# pack-refs with: peeled fully-peeled ', ...lines, ''].join('\n')
}

async function writeRefView(gitDir: string, packedRefs: string): Promise<string> {
  const draft = `${gitDir}.draft`
  await rm(gitDir, { recursive: true, force: true })
  await mkdir(join(draft, 'refs'), { recursive: true, mode: 0o700 })
  await mkdir(join(draft, 'objects'), { recursive: true, mode: 0o700 })
  await writeFile(join(draft, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
  await writeFile(join(draft, 'HEAD'), 'ref: refs/heads/none\n')
  await writeFile(join(draft, 'packed-refs'), packedRefs)
  await rename(draft, gitDir)
  return gitDir
}
