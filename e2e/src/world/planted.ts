import { randomInt } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** What both the gateway's scanner and the naive one know: a GitHub token, made anew for each test so that no file holds one. */
export function plantedSecret(): string {
  return `ghp_${Array.from({ length: 36 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`
}

export const PLANTED: RegExp = /ghp_[A-Za-z0-9]{36}/

/** The forms in which a credential could lie somewhere: as it is, encoded, or in the middle of an encoded text. */
export function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift, 'x'), bytes]).toString('base64').replaceAll('=', '')
    // The first and last characters also hold bits of whatever stands beside it.
    return text.slice(shift === 0 ? 0 : 4, -2)
  })
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  const percent = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const texts = [secret, ...base64, ...url, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), encodeURIComponent(secret), percent, percent.toUpperCase()]
  return [...new Set(texts)].map((text) => Buffer.from(text))
}

/** Which of these secrets stand in the bytes, in any form. */
export function findSecrets(bytes: Uint8Array | string, secrets: readonly string[]): readonly string[] {
  const buffer = Buffer.from(bytes)
  return secrets.filter((secret) => formsOf(secret).some((form) => buffer.includes(form)))
}
