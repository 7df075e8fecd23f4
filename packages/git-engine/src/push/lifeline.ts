/** A signal that follows another one until it is told not to any more. */
export interface Lifeline {
  readonly signal: AbortSignal
  /** From now on the other signal changes nothing. */
  release(): void
}

export function createLifeline(followed: AbortSignal): Lifeline {
  const controller = new AbortController()
  const abort = (): void => controller.abort(followed.reason)
  if (followed.aborted) abort()
  followed.addEventListener('abort', abort, { once: true })
  return { signal: controller.signal, release: () => followed.removeEventListener('abort', abort) }
}
