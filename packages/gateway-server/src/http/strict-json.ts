const MAXIMUM_DEPTH = 32

/** Why a JSON text means different things to different readers, or undefined. The text is valid JSON already. */
export function findJsonProblem(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let isKey = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = findStringEnd(text, at)
      const keys = open.at(-1)
      if (isKey && keys !== undefined) {
        const key = String(JSON.parse(text.slice(at, end + 1)))
        // Of two members of one name readers take the first or the last: one of them was never looked at.
        if (keys.has(key)) return `it has the member ${JSON.stringify(key.slice(0, 50))} twice`
        keys.add(key)
      }
      isKey = false
      at = end
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined)
      if (open.length > MAXIMUM_DEPTH) return `it is nested more deeply than ${MAXIMUM_DEPTH} levels`
      isKey = character === '{'
    } else if (character === '}' || character === ']') {
      open.pop()
      isKey = false
    } else if (character === ',') {
      isKey = open.at(-1) !== undefined
    }
  }
  return undefined
}

function findStringEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
