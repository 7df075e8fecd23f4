import { quoteUntrusted } from '../errors/quote-untrusted.ts'

const MAXIMUM = 60

/**
 * A value of the file as a problem may show it. People paste tokens where the name of one belongs, and error messages end up in logs:
 * nothing at or below a credential is ever shown, nor the user information of an address, nor long text.
 */
export function renderValue(value: unknown, path: readonly PropertyKey[]): string {
  if (value === null) return 'an empty value'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value !== 'string') return `${value as number | boolean}`
  if (path.includes('credential')) return 'this text'
  if (value.length > MAXIMUM || looksSecret(value)) return `this text of ${value.length} characters`
  return quoteUntrusted(value)
}

/** An address with user information, or one word that is long and random enough to be a token. */
function looksSecret(value: string): boolean {
  return /:\/\/[^/]*@/.test(value) || /^(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_+=-]{20,}$/.test(value)
}
