// Names and lines on the wire are UTF-8 here: one string per sequence of bytes, so that a name that was checked is
// the name that is sent. Bytes that are not UTF-8 have no string and are refused where a name is expected.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

const NON_ASCII = /[^\x00-\x7f]/
const CONTROL = /[\x00-\x1f\x7f]/
const LINE_FEED = 0x0a
const QUOTE_LIMIT = 96

/** The bytes as a Buffer over the same memory, for its fast decoders. */
function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The text, or undefined when the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const text = view(bytes).toString('latin1')
  if (!NON_ASCII.test(text)) return text
  try {
    return strict.decode(bytes)
  } catch {
    return undefined // the one error that a fatal decoder has: not UTF-8
  }
}

/** The text for people: what is not UTF-8 becomes U+FFFD. */
export function decodeMessage(bytes: Uint8Array): string {
  return lenient.decode(withoutLineFeed(bytes))
}

export function encodeText(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

/** Senders should end a line with LF and receivers must not mind its absence, so exactly one is dropped. */
export function withoutLineFeed(payload: Uint8Array): Uint8Array {
  return payload.at(-1) === LINE_FEED ? payload.subarray(0, -1) : payload
}

export function hasControl(text: string): boolean {
  return CONTROL.test(text)
}

/** Untrusted input for a message: bounded, printable ASCII, in double quotes. */
export function quote(input: string | Uint8Array): string {
  const text = typeof input === 'string' ? input : view(input.subarray(0, QUOTE_LIMIT + 1)).toString('latin1')
  const escaped = text.slice(0, QUOTE_LIMIT).replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu, escapeCharacter)
  return `"${escaped}"${text.length > QUOTE_LIMIT ? '...' : ''}`
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}
