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
  let quiet = false
  let wake = Promise.withResolvers<'woken'>()
  const stop = notes?.listen((text) => {
    texts.push(text)
    wake.resolve('woken')
  })
  // One timer for all: a timer for each item would cost more than passing it on.
  const timer = setInterval(() => {
    if (quiet) wake.resolve('woken')
    quiet = true
  }, silenceMs / 2)
  let next = items.next()
  try {
    for (;;) {
      const event = await Promise.race([next, wake.promise])
      for (const text of texts.splice(0)) yield { kind: 'note', text }
      if (event === 'woken') {
        wake = Promise.withResolvers()
        if (quiet) yield { kind: 'silence' }
      } else if (event.done === true) return
      else {
        yield { kind: 'item', item: event.value }
        next = items.next()
      }
      quiet = false
    }
  } finally {
    clearInterval(timer)
    stop?.()
    // Whoever stops listening does not wait for what is under way.
    next.catch(() => undefined)
    items.return?.().catch(() => undefined)
  }
}
