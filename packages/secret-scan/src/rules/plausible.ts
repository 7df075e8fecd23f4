const FEWEST_DISTINCT = 8
/** More is not looked at: texts of one prefix over and over make a rule ask this at every few bytes. */
const LOOKED_AT = 96

/** Whether a text varies enough to have been drawn at random: `xxxxxxxx` and `0000-0000-…` do not. */
export function varies(text: string): boolean {
  const head = text.slice(0, LOOKED_AT)
  return hasDistinct(head, Math.min(FEWEST_DISTINCT, head.length / 3)) && !/(.)\1{7}/.test(head)
}

/** Whether a text has so many different characters. Stops as soon as it has. */
export function hasDistinct(text: string, fewest: number): boolean {
  const seen = new Set<number>()
  for (let at = 0; at < text.length && seen.size < fewest; at++) seen.add(text.charCodeAt(at))
  return seen.size >= fewest
}

/** Whether a text mixes letters and digits as generated credentials do: `YOUR_ACCESS_TOKEN` does not. */
export function mixesDigits(text: string): boolean {
  return varies(text) && /[A-Za-z]/.test(text) && (text.match(/[0-9]/g)?.length ?? 0) >= 2
}

/** Whether a text has letters of both cases and digits, as all but the shortest base64 has. */
export function mixesCaseAndDigits(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text)
}

const PLACEHOLDER = /example|placeholder|changeme|your[-_]?|dummy|redacted|x{6}|\.{3}|\*{3}/i

/** Whether a password is more than a word from a manual. */
export function isPassword(text: string): boolean {
  return text.length >= 8 && mixesDigits(text) && !PLACEHOLDER.test(text)
}

/** Whether base64 text is `user:password` with a password that a person could not guess. */
export function isBasicCredential(base64: string): boolean {
  const decoded = Buffer.from(base64, 'base64').toString('latin1')
  const password = decoded.slice(decoded.indexOf(':') + 1)
  return /^[\x20-\x7e]+$/.test(decoded) && decoded.includes(':') && isPassword(password)
}
