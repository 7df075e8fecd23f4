import type { ServerResponse } from 'node:http'

export interface AnswerHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** Where a backend's answer goes. `write` says false when the network is full; `onDrain` then says when to go on. */
export interface AnswerSink {
  head(head: AnswerHead): void
  write(chunk: Uint8Array): boolean
  end(): void
  onDrain(listener: () => void): void
}

/** The true way: straight to the client. */
export function directSink(response: ServerResponse): AnswerSink {
  return {
    head: ({ status, headers }) => void response.writeHead(status, headers),
    write: (chunk) => response.write(chunk),
    end: () => void response.end(),
    onDrain: (listener) => void response.once('drain', listener),
  }
}
