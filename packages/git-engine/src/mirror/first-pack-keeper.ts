import { type FirstPack, RottenPack, openPack, readPack } from './first-pack.ts'
import type { Mirror } from './mirror-types.ts'

/** Knows the first pack of a mirror. It may have gone from the disk since: packs are joined, mirrors begin anew. */
export class FirstPackKeeper {
  readonly #mirror: Pick<Mirror, 'open' | 'reportDamage'>
  readonly #signal: AbortSignal
  #first: FirstPack | undefined
  #checking: Promise<void> | undefined

  constructor(mirror: Pick<Mirror, 'open' | 'reportDamage'>, signal: AbortSignal) {
    this.#mirror = mirror
    this.#signal = signal
  }

  /** In place of the one before; `undefined` when what came holds more than was asked for. */
  note(first: FirstPack | undefined): void {
    this.#first = first
  }

  /** What a clone of exactly these gets, if a first fetch of this run has brought it. */
  for(wants: ReadonlySet<string>): FirstPack | undefined {
    const first = this.#first
    return first !== undefined && first.wants.size === wants.size && wants.isSubsetOf(first.wants) ? first : undefined
  }

  /** Reads it to its end after a client has given up in the middle: that may have met bytes that have rotted, and so would the next one. */
  check(first: FirstPack): void {
    this.#checking ??= this.#check(first).finally(() => (this.#checking = undefined))
  }

  async settled(): Promise<void> {
    await this.#checking
  }

  async #check({ name }: FirstPack): Promise<void> {
    const view = await this.#mirror.open()
    try {
      const file = await openPack(view.objects, name)
      if (file === undefined) return
      try {
        for await (const _ of readPack(file, name)) if (this.#signal.aborted) return
      } finally {
        await file.close()
      }
    } catch (error) {
      // Whatever else it is, the next reader meets it too, and tells it.
      if (error instanceof RottenPack) await this.#mirror.reportDamage(view, error.message)
    } finally {
      view.release()
    }
  }
}
