const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/
const DEFAULT_LIMIT = 200

/**
 * Hostile text made fit for a message, a log line or a terminal: at most `limit` characters of it, every character that is not
 * printable ASCII escaped. Text that could be mistaken for something else stands in double quotes; a plain word stays as it is.
 */
export function quoteUntrusted(text: string, limit: number = DEFAULT_LIMIT): string {
  const kept = cut(text, limit)
  const rest = kept.length < text.length ? '…' : ''
  return rest === '' && PLAIN.test(kept) ? kept : `"${escape(kept, '"\\')}${rest}"`
}

/** Text that reads as a sentence (an upstream's message, say): escaped and bounded like {@link quoteUntrusted}, without the quotes. */
export function escapeUntrusted(text: string, limit: number = 1000): string {
  const kept = cut(text, limit)
  return kept.length < text.length ? `${escape(kept, '')}…` : escape(kept, '')
}

/** Never leaves half of a surrogate pair behind, which some terminals and JSON readers refuse. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const last = text.charCodeAt(limit - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit)
}

function escape(text: string, special: string): string {
  let out = ''
  for (const character of text) out += escapeCharacter(character, special)
  return out
}

/** Escapes instead of dropping: terminal sequences, line ends and bidirectional marks must show, or they could hide a part of a name. */
function escapeCharacter(character: string, special: string): string {
  if (special.includes(character)) return `\\${character}`
  const code = character.codePointAt(0) ?? 0
  if (code >= 0x20 && code < 0x7f) return character
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
