import { setTimeout as wait } from 'node:timers/promises'

/** Runs a task, then again so many milliseconds after each end, until the signal aborts. Its timer never holds the process open. */
export async function repeatUntil(signal: AbortSignal, milliseconds: number, task: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await task()
    await wait(milliseconds, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
