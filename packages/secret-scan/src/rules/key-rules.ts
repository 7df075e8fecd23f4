import { hasDistinct, mixesCaseAndDigits, varies } from './plausible.ts'
import type { Rule } from './rule.ts'

// Keys in binary forms have stretches of zeros, which look repetitive in base64; as a whole they use most of its alphabet.
const FEWEST_IN_KEY = 16

/** Private keys and signed tokens, whoever issued them. */
export const KEY_RULES: readonly Rule[] = [
  {
    // RFC 7468, OpenSSH PROTOCOL.key, RFC 9580. The end line is not asked for: a key without it is as good a key.
    id: 'private-key',
    title: 'private key',
    literals: ['-----BEGIN '],
    pattern: /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[^]){60,12000}/y,
    accept: hasKeyBody,
  },
  {
    // https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html
    id: 'putty-private-key',
    title: 'PuTTY private key',
    literals: ['PuTTY-User-Key-File-'],
    pattern: /PuTTY-User-Key-File-[23]: [^]{20,4000}?Private-Lines: [0-9]{1,3}\s{1,2}[A-Za-z0-9+/=\s]{40,4000}/y,
    accept: (key) => hasDistinct(key, FEWEST_IN_KEY),
  },
  {
    // https://github.com/C2SP/C2SP/blob/main/age.md
    id: 'age-secret-key',
    title: 'age secret key',
    literals: ['AGE-SECRET-KEY-1'],
    pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/y,
    accept: varies,
  },
  {
    // RFC 7519
    id: 'json-web-token',
    title: 'JSON Web Token',
    literals: ['eyJ'],
    wordStart: true,
    pattern: /eyJ[A-Za-z0-9_-]{12,2000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{20,2000}/y,
    accept: isSignedToken,
  },
]

// Lines of a key are longer, in whatever they are wrapped: other text behind a header has no such runs of base64.
const KEY_LINE = /[A-Za-z0-9+/]{40,}/g

function hasKeyBody(pem: string): boolean {
  const body = pem.slice(pem.indexOf('KEY') + 3)
  return (body.match(KEY_LINE) ?? []).some((line) => hasDistinct(line, FEWEST_IN_KEY) && mixesCaseAndDigits(line))
}

function isSignedToken(token: string): boolean {
  const [header, payload] = token.split('.', 2).map((part) => Buffer.from(part, 'base64url').toString('latin1'))
  // `"sub":"1234567890"` is the sample of every manual.
  return /"alg"\s*:\s*"(?!none")/.test(header ?? '') && !/"sub"\s*:\s*"1234567890"/.test(payload ?? '')
}
