import type { CommandValue, ValueType } from '../engine/table.ts'
import { MISMATCH, type TextValue, accept, textType } from './plain-types.ts'

/** A path of the caller's own file system; whether it may be used is for the caller to judge. */
export interface PathValue extends CommandValue {
  readonly kind: 'path'
}

/** What a partial clone leaves out. */
export interface FilterValue extends CommandValue {
  readonly kind: 'filter'
}

export const pathType: ValueType<PathValue> = {
  placeholder: '<path>',
  expects: 'a path',
  maximum: 4000,
  parse: (text) => (text === '' ? MISMATCH : accept({ kind: 'path', text })),
}

/** A path in the work tree; one that begins with a colon would be a pattern of git's own. */
export const workPathType: ValueType<PathValue> = {
  ...pathType,
  expects: 'a path in the work tree',
  parse: (text) => (text.startsWith(':') ? MISMATCH : pathType.parse(text)),
}

/** Combinations and filters that are read from an object (sparse:oid) are left out. */
const FILTER = /^(?:blob:none|blob:limit=(?:0|[1-9][0-9]{0,9})[kmg]?|tree:(?:0|[1-9][0-9]{0,4})|object:type=(?:commit|tree|blob|tag))$/

export const filterType: ValueType<FilterValue> = {
  placeholder: '<filter>',
  expects: 'blob:none, blob:limit=<n>[kmg], tree:<n> or object:type=(commit|tree|blob|tag)',
  parse: (text) => (FILTER.test(text) ? accept({ kind: 'filter', text }) : MISMATCH),
}

/** Whatever git's date parser takes, of the characters that dates have. */
export const dateType: ValueType<TextValue> = textType({
  placeholder: '<date>',
  expects: 'a date such as 2026-01-31 or 2.weeks.ago',
  maximum: 60,
  shape: /^[A-Za-z0-9][A-Za-z0-9 .,:+/-]*$/,
})

/** `main`, `refs/tags/v*`, `v[0-9]*`. */
export const patternType: ValueType<TextValue> = textType({
  placeholder: '<pattern>',
  expects: 'a ref name or a pattern of one, in printable ASCII',
  maximum: 244,
  shape: /^[\x21-\x7e]+$/,
})
