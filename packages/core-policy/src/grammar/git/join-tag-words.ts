/** git's `tag <name>` among refspecs: two words for one. The first text is the remote. */
export function joinTagWords(texts: readonly string[], expand: (tag: string) => string): readonly string[] {
  const joined = texts.slice(0, 1)
  for (let index = 1; index < texts.length; index += 1) {
    const text = texts[index] ?? ''
    const tag = texts[index + 1]
    if (text === 'tag' && tag !== undefined) {
      // With its dash or colon, so that it is refused as it would be by itself.
      joined.push(/^[-+^]|:/.test(tag) ? tag : expand(tag))
      index += 1
    } else {
      joined.push(text)
    }
  }
  return joined
}
