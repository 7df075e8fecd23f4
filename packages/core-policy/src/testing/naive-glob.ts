/** Says what a pattern matches by trying everything: exponential, and short enough to be believed. */
export function matchesNaively(pattern: string, text: string): boolean {
  return matchParts(pattern.split('/'), text.split('/'))
}

function matchParts(parts: readonly string[], texts: readonly string[]): boolean {
  const [part, ...rest] = parts
  if (part === undefined) return texts.length === 0
  if (part !== '**') return texts.length > 0 && matchPart(part, texts[0] ?? '') && matchParts(rest, texts.slice(1))
  if (rest.length === 0) return texts.length > 0
  return Array.from({ length: texts.length + 1 }, (_, index) => index).some((index) => matchParts(rest, texts.slice(index)))
}

function matchPart(part: string, text: string): boolean {
  if (part === '') return text === ''
  if (part.startsWith('*')) return Array.from({ length: text.length + 1 }, (_, index) => index).some((index) => matchPart(part.slice(1), text.slice(index)))
  return text.startsWith(part.slice(0, 1)) && matchPart(part.slice(1), text.slice(1))
}
