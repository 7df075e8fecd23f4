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

type Arrival<T> = { readonly kind: 'step'; readonly step: IteratorResult<T> } | { readonly kind: 'failure'; readonly error: unknown }

/** Passes items on, and what happens while the next one does not come. */
export async function* pace<T>(items: AsyncIterator<T>, { notes, silenceMs }: PaceOptions): AsyncGenerator<Paced<T>, void, undefined> {
  const texts: Uint8Array[] = []
  let arrival: Arrival<T> | undefined
  let quiet = false
  // One promise for each wait. A race against one that lives long would leave something behind in it for each item.
  let waiting = Promise.withResolvers<void>()
  const wake = (): void => waiting.resolve()
  const arrive = (arrived: Arrival<T>): void => {
    arrival = arrived
    wake()
  }
  const ask = (): void => {
    items.next().then((step) => arrive({ kind: 'step', step }), (error: unknown) => arrive({ kind: 'failure', error }))
  }
  const stop = notes?.listen((text) => {
    texts.push(text)
    wake()
  })
  // One timer for all: a timer for each item would cost more than passing it on.
  const timer = setInterval(() => {
    if (quiet) wake()
    quiet = true
  }, silenceMs / 2)
  try {
    ask()
    for (;;) {
      await waiting.promise
      waiting = Promise.withResolvers()
      for (const text of texts.splice(0)) yield { kind: 'note', text }
      if (arrival === undefined) {
        if (quiet) yield { kind: 'silence' }
      } else {
        const { step } = unwrap(arrival)
        if (step.done === true) return
        arrival = undefined
        ask()
        yield { kind: 'item', item: step.value }
      }
      quiet = false
    }
  } finally {
    clearInterval(timer)
    stop?.()
    // Whoever stops listening does not wait for what is under way.
    items.return?.().catch(() => undefined)
  }
}

function unwrap<T>(arrival: Arrival<T>): Extract<Arrival<T>, { kind: 'step' }> {
  if (arrival.kind === 'failure') throw arrival.error
  return arrival
}
