/** Text in a page that is also read as HTML and as a Vue template: `<owner>` would be a tag, and a bar would end a table cell. */
export function escapeMarkdown(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((piece) => (piece.startsWith('`') ? piece.replaceAll('|', '\\|') : escapePlain(piece)))
    .join('')
}

function escapePlain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replaceAll('*', '\\*')
}

/** A value as code in a cell of a table. */
export function renderCode(value: string): string {
  return `\`${value.replaceAll('|', '\\|')}\``
}
