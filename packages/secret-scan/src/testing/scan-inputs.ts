import type { ScanBudget, ScanInput, ScanObject } from '../scanner.ts'

/** A blob for a scan. */
export function blob(content: string | Uint8Array, meta: Partial<ScanObject> = {}): ScanInput {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content
  return { meta: { id: 'a'.repeat(40), type: 'blob', ...meta }, size: bytes.length, chunks: bytes }
}

/** An object that comes in chunks. */
export function chunked(chunks: Iterable<Uint8Array>, size: number, meta: Partial<ScanObject> = {}): ScanInput {
  return {
    meta: { id: 'b'.repeat(40), type: 'blob', ...meta },
    size,
    chunks: (async function* () {
      yield* chunks
    })(),
  }
}

export function budget(changes: Partial<ScanBudget> = {}): ScanBudget {
  return {
    signal: new AbortController().signal,
    deadline: performance.now() + 60_000,
    bytes: 0x1_0000_0000,
    ...changes,
  }
}

export const CLOCK = (): number => performance.now()
