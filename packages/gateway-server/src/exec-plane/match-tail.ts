/**
 * Whether the end of a ref name, from a slash on, is as the pattern says: `main`, `heads/agent/*`, `v?`. A star stands for any characters, slashes too, as
 * for `git ls-remote`. It takes time in proportion to both lengths, whatever an agent writes; a set of characters (`[0-9]`) is not understood, and
 * matches nothing but itself.
 */
export function matchTail(pattern: string, name: string): boolean {
  return matchGlob(`*/${pattern}`, `/${name}`)
}

function matchGlob(pattern: string, text: string): boolean {
  let at = 0
  let position = 0
  let star = -1
  let resume = 0
  while (position < text.length) {
    const wanted = pattern[at]
    if (wanted === '*') {
      star = at
      resume = position
      at += 1
    } else if (wanted === '?' || wanted === text[position]) {
      at += 1
      position += 1
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1
      resume += 1
      position = resume
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}
