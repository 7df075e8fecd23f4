import type { ProgressFeed } from '../mirror/progress-feed.ts'

export type Paced<T> =
  | { readonly kind: 'item'; readonly item: T }
  /** Something was said about the work that is being waited for. */
  | { readonly kind: 'note'; readonly text: Uint8Array }
  /** Nothing has happened for as long as a connection should be silent. */
  | { readonly kind: 'silence' }

export interface PaceOptions {
  readonly notes?: ProgressFeed
  readonly silenceMs: number
}

/** Passes items on, and what happens while the next one does not come. */
export async function* pace<T>(items: AsyncIterator<T>, { notes, silenceMs }: PaceOptions): AsyncGenerator<Paced<T>, void, undefined> {
  const texts: Uint8Array[] = []
  let wake = Promise.withResolvers<'noted'>()
  const stop = notes?.listen((text) => {
    texts.push(text)
    wake.resolve('noted')
  })
  let next = items.next()
  try {
    for (;;) {
      const event = await soonest(next, wake.promise, silenceMs)
      for (const text of texts.splice(0)) yield { kind: 'note', text }
      if (event === 'noted') wake = Promise.withResolvers()
      else if (event === 'silent') yield { kind: 'silence' }
      else if (event.done === true) return
      else {
        yield { kind: 'item', item: event.value }
        next = items.next()
      }
    }
  } finally {
    stop?.()
    // Whoever stops listening does not wait for what is under way.
    next.catch(() => undefined)
    items.return?.().catch(() => undefined)
  }
}

async function soonest<T>(next: Promise<T>, noted: Promise<'noted'>, silenceMs: number): Promise<T | 'noted' | 'silent'> {
  const timer = Promise.withResolvers<'silent'>()
  const timeout = setTimeout(() => timer.resolve('silent'), silenceMs)
  try {
    return await Promise.race([next, noted, timer.promise])
  } finally {
    clearTimeout(timeout)
  }
}
