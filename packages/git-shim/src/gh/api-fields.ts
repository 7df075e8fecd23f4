import type { GhValue, ParsedOption } from '@refward/core-policy'

/** A field of `gh api`: `raw` is this very text, else words and numbers are what they say. */
export function apiField(form: 'raw' | 'typed', name: string, value: string): ParsedOption<GhValue> {
  return { flag: form === 'raw' ? '--raw-field' : '--field', negated: false, value: { kind: 'assignment', name, value, text: `${name}=${value}` } }
}
