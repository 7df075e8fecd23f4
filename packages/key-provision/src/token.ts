/** What a source gave: a token that can be sent, or what is wrong with it. The text is fit for a message and never holds the token. */
export type ParsedToken = { readonly kind: 'ok'; readonly token: string } | { readonly kind: 'error'; readonly detail: string }

/** Sources longer than this hold something else than a token. Readers need not read on. */
export const MAX_TOKEN_BYTES = 4096

// Live credentials are searched for in everything that enters and leaves; a shorter one would be found in honest text.
const MIN_TOKEN_BYTES = 8

const PRINTABLE = /^[\x21-\x7e]+$/

/**
 * Takes a token out of what its source gave. White space around it is dropped, since files and programs end with a line feed.
 * What is left must be printable ASCII without spaces: anything else would be cut, split or read as a second header on its way.
 */
export function parseToken(bytes: Uint8Array): ParsedToken {
  const token = Buffer.from(bytes).toString('latin1').trim()
  if (token === '') return { kind: 'error', detail: 'is empty' }
  if (token.length > MAX_TOKEN_BYTES) return { kind: 'error', detail: `holds more than ${MAX_TOKEN_BYTES} bytes, which no token has` }
  if (/[\r\n]/.test(token)) return { kind: 'error', detail: 'holds more than one line; it must hold the token alone' }
  if (!PRINTABLE.test(token)) return { kind: 'error', detail: 'holds characters that no token has; it must be printable ASCII without spaces' }
  if (token.length < MIN_TOKEN_BYTES) return { kind: 'error', detail: `holds fewer than ${MIN_TOKEN_BYTES} characters` }
  return { kind: 'ok', token }
}
