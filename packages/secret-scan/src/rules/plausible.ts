const FEWEST_DISTINCT = 8

/** Whether a text varies enough to have been drawn at random: `xxxxxxxx` and `0000-0000-…` do not. */
export function varies(text: string): boolean {
  return distinct(text) >= Math.min(FEWEST_DISTINCT, text.length / 3) && !/(.)\1{7}/.test(text)
}

/** How many characters a text has, repetitions not counted. */
export function distinct(text: string): number {
  return new Set(text).size
}

/** Whether a text mixes letters and digits as generated credentials do: `YOUR_ACCESS_TOKEN` does not. */
export function mixesDigits(text: string): boolean {
  return varies(text) && /[A-Za-z]/.test(text) && (text.match(/[0-9]/g)?.length ?? 0) >= 2
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
