/** One word of a POSIX shell, whatever is in the text. NUL cannot be in one. */
export function quoteShellWord(text: string): string {
  if (text.includes('\0')) throw new RangeError('a shell word cannot hold NUL')
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** A path as a shell word that still begins at the reader's own home when it is written with `~/`. */
export function quoteShellPath(path: string): string {
  return path.startsWith('~/') ? `"$HOME"/${quoteShellWord(path.slice(2))}` : quoteShellWord(path)
}

/** Lines to be read by a POSIX shell: `export NAME=value`. */
export function renderShellExports(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `export ${name}=${quoteShellWord(value)}\n`).join('')
}
