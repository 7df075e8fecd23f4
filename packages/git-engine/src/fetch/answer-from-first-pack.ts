import { type FirstPack, RottenPack, openPack, readPack } from '../mirror/first-pack.ts'
import type { MirrorView } from '../mirror/mirror-types.ts'
import { sendPack } from './answer-cold.ts'
import { type Answering, BrokenAnswer, unavailable } from './answer-from-mirror.ts'

/**
 * Answers a plain clone that wants exactly what the first fetch brought with that pack, as it lies on the disk: no git is started and
 * nothing is looked for. @returns whether it was answered; nothing has been sent otherwise.
 */
export async function* answerFromFirstPack(answering: Answering): AsyncGenerator<Uint8Array, boolean, undefined> {
  const { message, view, mirror } = answering
  const wants = new Set(message.request.wants)
  const first = mirror.firstPack.for(wants)
  // INVARIANT: only to a session that is shown all of it.
  if (first === undefined || !wants.isSubsetOf(view.tips)) return false
  const held = await mirror.open()
  try {
    return yield* sendFirstPack(answering, held, first)
  } finally {
    held.release()
  }
}

async function* sendFirstPack(answering: Answering, held: MirrorView, first: FirstPack): AsyncGenerator<Uint8Array, boolean, undefined> {
  const { mirror, form, signal } = answering
  const file = await openPack(held.objects, first.name)
  if (file === undefined) return false
  let [begun, ended] = [false, false]
  try {
    const pieces = readPack(file, first.name)
    const start = await pieces.next()
    if (start.done === true) return false
    begun = true
    if (form.head !== undefined) yield form.head
    yield* sendPack(answering, joined(start.value, pieces, signal))
    ended = true
    return true
  } catch (error) {
    if (!(error instanceof RottenPack)) throw error
    await mirror.reportDamage(held, error.message)
    if (!begun) return false
    throw new BrokenAnswer('side-band', unavailable(answering, 'it was damaged while it was read', error))
  } finally {
    await file.close()
    if (begun && !ended) mirror.firstPack.check(first)
  }
}

async function* joined(start: Uint8Array, rest: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  yield start
  for await (const piece of rest) {
    signal.throwIfAborted()
    yield piece
  }
}
