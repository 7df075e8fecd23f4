import { ZERO_ID } from '../ids/object-id.ts'
import type { RefCommand } from './facts.ts'
import { directoriesOf, foldRef } from './ref-index.ts'

/** The names of one push, for conflicts among themselves. */
export class PushedRefs {
  readonly #names = new Map<string, number>()
  readonly #created = new Map<string, Set<string>>()
  readonly #directories = new Map<string, string>()

  constructor(commands: readonly RefCommand[]) {
    for (const { ref, newId } of commands) {
      this.#names.set(ref, (this.#names.get(ref) ?? 0) + 1)
      if (newId !== ZERO_ID) this.#addCreated(ref)
    }
  }

  #addCreated(ref: string): void {
    const folded = foldRef(ref)
    const same = this.#created.get(folded)
    if (same === undefined) this.#created.set(folded, new Set([ref]))
    else same.add(ref)
    for (const directory of directoriesOf(folded)) this.#directories.set(directory, ref)
  }

  isDuplicate(ref: string): boolean {
    return (this.#names.get(ref) ?? 0) > 1
  }

  /** Another pushed name that differs only by case. */
  otherCase(ref: string): string | undefined {
    for (const other of this.#created.get(foldRef(ref)) ?? []) if (other !== ref) return other
    return undefined
  }

  /** Another pushed name that is above or below this one as a directory. */
  inTheWay(ref: string): string | undefined {
    const folded = foldRef(ref)
    for (const directory of directoriesOf(folded)) {
      for (const other of this.#created.get(directory) ?? []) return other
    }
    return this.#directories.get(folded)
  }

  /** Whether this push writes such a name, whatever its case. */
  writes(ref: string): boolean {
    return this.#created.has(foldRef(ref))
  }
}
