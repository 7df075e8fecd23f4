/** Membership of every byte value in a set of characters. */
export type ByteSet = Uint8Array

export function byteSet(characters: string): ByteSet {
  const set = new Uint8Array(256)
  for (const byte of Buffer.from(characters, 'latin1')) set[byte] = 1
  return set
}

/**
 * Calls back for every longest stretch of at least `shortest` bytes of the set, and goes on where the callback says.
 * Reads only every `shortest`-th byte until one belongs to the set.
 */
export function forEachRun(
  bytes: Uint8Array,
  { set, shortest, from, to }: { set: ByteSet; shortest: number; from: number; to: number },
  onRun: (start: number, end: number) => number,
): void {
  let done = from
  let at = from + shortest - 1
  while (at < to) {
    if (set[bytes[at] ?? 0] === 0) {
      at += shortest
      continue
    }
    let start = at
    while (start > done && set[bytes[start - 1] ?? 0] === 1) start--
    let end = at + 1
    while (end < to && set[bytes[end] ?? 0] === 1) end++
    done = end - start >= shortest ? onRun(start, end) : end
    at = done + shortest
  }
}
