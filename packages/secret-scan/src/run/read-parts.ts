import type { ScanInput } from '../scanner.ts'
import { PartSplitter, type Part, type PartLayout } from './part-splitter.ts'
import { type ScanGate, unlessStopped } from './scan-gate.ts'
import { ScanStop } from './scan-stop.ts'

/** A part, and the input that it is of. */
export interface InputPart {
  readonly input: ScanInput
  readonly part: Part
}

/**
 * Reads every input once, as parts. The bytes of a part are valid until the next is asked for.
 *
 * @throws ScanStop when the gate stops the scan, an input fails, or an input has another size than it says.
 */
export async function* readParts(
  inputs: AsyncIterable<ScanInput> | Iterable<ScanInput>,
  gate: ScanGate,
  layout: PartLayout,
): AsyncIterable<InputPart> {
  const splitter = new PartSplitter(layout)
  for await (const input of pulled(inputs, gate.signal)) {
    gate.countObject()
    let size = 0
    for await (const chunk of input.chunks instanceof Uint8Array ? [input.chunks] : pulled(input.chunks, gate.signal)) {
      gate.countBytes(chunk.length)
      size += chunk.length
      for (const part of splitter.push(chunk)) yield { input, part }
    }
    // A source that ended early, or went on, did not show what will be forwarded.
    if (size !== input.size) throw new ScanStop('size-mismatch', `an object of ${input.size} bytes was read as ${size}`)
    for (const part of splitter.end()) yield { input, part }
  }
}

/** Iterates without ever waiting longer than the scan may last: a source that hangs is left behind. */
async function* pulled<T>(source: AsyncIterable<T> | Iterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  let isDone = false
  try {
    for (;;) {
      const next = iterator.next()
      const result = next instanceof Promise ? await unlessStopped(next, signal) : next
      if (result.done === true) {
        isDone = true
        return
      }
      yield result.value
    }
  } catch (error) {
    isDone = !signal.aborted
    throw error instanceof ScanStop
      ? error
      : new ScanStop('input-failed', 'an object could not be read', { cause: error })
  } finally {
    if (!isDone) abandon(iterator)
  }
}

/** Lets a source clean up. Not awaited: one that hangs would not return either, and why the scan stops is known already. */
function abandon(iterator: AsyncIterator<unknown> | Iterator<unknown>): void {
  Promise.resolve(iterator.return?.()).then(undefined, () => undefined)
}
