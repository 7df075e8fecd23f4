import type { CommandValue, ValueResult, ValueType } from '../engine/table.ts'

/** A whole number. */
export interface CountValue extends CommandValue {
  readonly kind: 'count'
  readonly count: number
}

/** One word of a list. */
export interface WordValue extends CommandValue {
  readonly kind: 'word'
}

/** Any text, within the bounds of its type. */
export interface TextValue extends CommandValue {
  readonly kind: 'text'
}

export const MISMATCH: { readonly kind: 'mismatch' } = { kind: 'mismatch' }

export function accept<V>(value: V): ValueResult<V> {
  return { kind: 'ok', value }
}

/** Decimal, without sign and leading zeros: git reads 010 as eight. */
export function countType(minimum: number, maximum: number): ValueType<CountValue> {
  return {
    placeholder: '<n>',
    expects: `a whole number from ${minimum} to ${maximum}`,
    maximum: 15,
    parse: (text) => {
      const count = /^(?:0|[1-9][0-9]*)$/.test(text) ? Number(text) : Number.NaN
      return count >= minimum && count <= maximum ? accept({ kind: 'count', text: String(count), count }) : MISMATCH
    },
  }
}

/** One of these words, and other spellings of them by name. */
export function wordType(choices: readonly string[], synonyms: readonly (readonly [string, string])[] = []): ValueType<WordValue> {
  const words = new Map([...choices.map((word) => [word, word] as const), ...synonyms])
  return {
    placeholder: `(${choices.join('|')})`,
    expects: `one of ${choices.join(' ')}`,
    choices,
    // Only a word of the list passes, so that its dash is no danger: --sort=-version:refname.
    ...(choices.some((word) => word.startsWith('-')) ? { dash: true } : {}),
    parse: (text) => {
      const word = words.get(text)
      return word === undefined ? MISMATCH : accept({ kind: 'word', text: word })
    },
  }
}

export interface TextBounds {
  readonly placeholder: string
  readonly expects: string
  /** UTF-16 units. */
  readonly maximum: number
  /** Anchored; without one, everything that the engine lets through. */
  readonly shape?: RegExp
  readonly empty?: true
  /** Prose: see {@link ValueType.dash} and {@link ValueType.lines}. */
  readonly dash?: true
  readonly lines?: true
}

/** Text that is kept as it is. */
export function textType({ shape, empty, ...bounds }: TextBounds): ValueType<TextValue> {
  return {
    ...bounds,
    parse: (text) => {
      if (text === '' ? empty !== true : shape?.test(text) === false) return MISMATCH
      return accept({ kind: 'text', text })
    },
  }
}
