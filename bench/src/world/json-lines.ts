import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** Hands each line of JSON to a listener. Lines that are not JSON are none of ours. */
export function readJsonLines(stream: Readable, onLine: (line: Readonly<Record<string, unknown>>) => void): void {
  createInterface({ input: stream }).on('line', (line) => {
    if (line.startsWith('{')) onLine(JSON.parse(line) as Readonly<Record<string, unknown>>)
  })
}
