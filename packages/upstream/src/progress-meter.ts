import { RefwardError } from '@refward/core-policy'
import type { FaultContext } from './faults.ts'

/** Hours of counting lines, or a hook that prints its whole log. */
const PROGRESS_BYTES = 64 * 1024 * 1024

/** Hands progress text on, and notices a forge that says something for ever without getting anywhere. */
export class ProgressMeter {
  readonly #context: Pick<FaultContext, 'forge'>
  readonly #listener: ((text: Uint8Array) => void) | undefined
  #bytes = 0

  constructor(context: Pick<FaultContext, 'forge'>, listener: ((text: Uint8Array) => void) | undefined) {
    this.#context = context
    this.#listener = listener
  }

  /** @throws RefwardError `RW_UPSTREAM_PROTOCOL` */
  say(text: Uint8Array): void {
    this.#bytes += text.length
    if (this.#bytes > PROGRESS_BYTES) {
      throw new RefwardError('RW_UPSTREAM_PROTOCOL', { forge: this.#context.forge, detail: 'its progress messages have no end' })
    }
    this.#listener?.(text)
  }
}
