import type { Literal } from '../literal-index.ts'

/** How a credential may be written. */
export type SecretForm = 'raw' | 'base64' | 'hex' | 'percent' | 'json' | 'utf-16'

export interface FormedLiteral extends Literal {
  readonly bytes: Buffer
  readonly form: SecretForm
}

/** Every form in which a credential is searched for, as literals. */
export function secretForms(secret: Buffer): readonly FormedLiteral[] {
  const text = secret.toString('latin1')
  return unique([
    form('raw', secret),
    ...base64Forms(secret).map((encoded) => form('base64', Buffer.from(encoded, 'latin1'))),
    form('hex', Buffer.from(secret.toString('hex'), 'latin1'), true),
    form(
      'percent',
      Buffer.from(
        percentEncoded(secret, () => true),
        'latin1',
      ),
      true,
    ),
    form('percent', Buffer.from(percentEncoded(secret, isReserved), 'latin1'), true),
    form('json', Buffer.from(JSON.stringify(text).slice(1, -1), 'latin1')),
    form('json', Buffer.from(JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'), 'latin1')),
    form('utf-16', interleaved(secret)),
  ])
}

function form(name: SecretForm, bytes: Buffer, ignoreCase = false): FormedLiteral {
  return { form: name, bytes, ignoreCase }
}

/**
 * The characters that depend on the secret alone, for each of the three places in a group at which it may begin, in both
 * alphabets: whatever stands before and behind it, one of these is in the encoding.
 */
function base64Forms(secret: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((lead) => {
    const bits = 8 * (lead + secret.length)
    const encoded = Buffer.concat([Buffer.alloc(lead), secret]).toString('base64')
    const own = encoded.slice(Math.ceil((8 * lead) / 6), Math.trunc(bits / 6))
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function percentEncoded(secret: Buffer, isEncoded: (byte: number) => boolean): string {
  return Array.from(secret, (byte) =>
    isEncoded(byte) ? `%${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte),
  ).join('')
}

/** RFC 3986 section 2.3. */
function isReserved(byte: number): boolean {
  return !/[A-Za-z0-9._~-]/.test(String.fromCharCode(byte))
}

/** UTF-16 without its first or last NUL, so that it occurs in both byte orders. */
function interleaved(secret: Buffer): Buffer {
  const bytes = Buffer.alloc(2 * secret.length - 1)
  for (const [index, byte] of secret.entries()) bytes[2 * index] = byte
  return bytes
}

function unique(forms: readonly FormedLiteral[]): readonly FormedLiteral[] {
  return [...new Map(forms.map((each) => [`${each.bytes.toString('hex')} ${each.ignoreCase}`, each])).values()]
}
