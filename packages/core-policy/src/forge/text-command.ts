export interface CommandLine {
  /** From 1. */
  readonly line: number
  readonly command: string
}

/** What bots that have no slash are told to do: `@dependabot squash and merge`, `bors r+`. */
const BOT = /^[\s>*+-]*(?:@[A-Za-z0-9][A-Za-z0-9/[\]-]*[:,]?|bors)\s+(?:r[+=]|p=|d[+=]|(?:squash|rebase|merge|automerge|approve|queue|requeue|try|delegate)\b)/i

/**
 * The first line of a text that a forge or a bot may take for a command: a slash and a word at its beginning, as `/merge` or `/lgtm`, or the name
 * of a bot and what it shall do to the branches. A path such as `/usr/bin` is none. Every line end that a forge may know counts, and so do spaces,
 * quotes and list marks at the beginning: which of these a forge strips differs.
 */
export function findCommandLine(text: string): CommandLine | undefined {
  for (const [index, line] of text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).entries()) {
    const command = /^[\s>*+-]*(\/[A-Za-z][A-Za-z0-9_-]*)(?=$|[\s.,:;=!@#"'()])/u.exec(line)?.[1]
    const found = command ?? BOT.exec(line)?.[0].trim()
    if (found !== undefined) return { line: index + 1, command: found }
  }
  return undefined
}
