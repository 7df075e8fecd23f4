import { type TailPart, parseTailPattern } from './tail-pattern.ts'

/**
 * Whether the end of a ref name, from a slash on, is as the pattern says: `main`, `heads/agent/*`, `v[0-9]?`. A star stands for any bytes, slashes too, as for
 * `git ls-remote`. It takes time in proportion to both lengths at most, whatever an agent writes.
 */
export function createTailMatcher(pattern: string): (name: string) => boolean {
  const parts = parseTailPattern(`*/${pattern}`)
  return parts === undefined ? () => false : (name) => matchParts(parts, Buffer.from(`/${name}`, 'utf8'))
}

function matchParts(parts: readonly TailPart[], text: Uint8Array): boolean {
  let at = 0
  let position = 0
  let star = -1
  let resume = 0
  for (let byte = text[position]; byte !== undefined; byte = text[position]) {
    const part = parts[at]
    if (part?.kind === 'star') {
      star = at
      resume = position
      at += 1
    } else if (part?.has(byte) === true) {
      at += 1
      position += 1
    } else if (star >= 0) {
      // The last star takes one byte more.
      at = star + 1
      resume += 1
      position = resume
    } else return false
  }
  return parts.slice(at).every(({ kind }) => kind === 'star')
}
