import type { ServerResponse } from 'node:http'

/** A signal that aborts when the client leaves before it has its answer. */
export function abortOnClose(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}
