import { compileGlob } from './glob.ts'

/** A character that no pattern has, so that only a star can match it. */
const MARK = '\u0001'

/**
 * Whether everything that `inner` matches is matched by `outer` as well. It lets `outer` match samples of `inner` in which stars have
 * become characters that only a star matches, with each `**` at every length up to one that only a `**` of `outer` can take.
 * For advice on a configuration, not for decisions.
 */
export function coversPattern(outer: string, inner: string): boolean {
  if (outer === inner) return true
  const glob = compileGlob(outer)
  const parts = inner.split('/')
  if (!parts.includes('**')) return glob.matches(sample(parts, 1))
  const shortest = parts.at(-1) === '**' ? 1 : 0
  const longest = outer.split('/').length + 1
  for (let length = shortest; length <= longest; length += 1) {
    if (!glob.matches(sample(parts, length))) return false
  }
  return true
}

function sample(parts: readonly string[], length: number): string {
  const filled = parts.flatMap((part) => (part === '**' ? Array.from({ length }, () => MARK) : [part.replaceAll('*', MARK)]))
  return filled.join('/')
}
