export interface CommandLine {
  /** From 1. */
  readonly line: number
  readonly command: string
}

/**
 * The first line of a text that a forge or a bot may take for a command: a slash and a word at its beginning, as `/merge` or `/lgtm`. A path
 * such as `/usr/bin` is none. Every line end that a forge may know counts, and so do spaces, quotes and list marks before the slash: which of
 * these a forge strips differs.
 */
export function findCommandLine(text: string): CommandLine | undefined {
  for (const [index, line] of text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).entries()) {
    const command = /^[\s>*+-]*(\/[A-Za-z][A-Za-z0-9_-]*)(?=$|[\s.,:;=!@#"'()])/u.exec(line)?.[1]
    if (command !== undefined) return { line: index + 1, command }
  }
  return undefined
}
