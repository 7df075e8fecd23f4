/** The candidate that a misspelt word most probably means: at most a third of its letters wrong. */
export function findNearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = normalise(word)
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(wanted, normalise(candidate), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** `publicUrl`, `public-url` and `PUBLIC_URL` all mean `public_url`. */
function normalise(word: string): string {
  return word.slice(0, 100).toLowerCase().replaceAll(/[-_ ]/g, '')
}

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours count one each. Stops at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Infinity
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost, swap))
    }
    before = previous
    previous = current
  }
  return previous[b.length] ?? limit
}
