import { parseDecimal } from './number.ts'
import { isObjectId } from './object-id.ts'
import { type Parsed, fail, ok } from './result.ts'
import { quote } from './text.ts'

export type FilteredType = 'blob' | 'tree' | 'commit' | 'tag'

/** An object filter that is one condition. */
export type SimpleFilter =
  | { readonly kind: 'blob-none' }
  /** Blobs of that many bytes and more are left out. */
  | { readonly kind: 'blob-limit'; readonly bytes: number }
  | { readonly kind: 'tree-depth'; readonly depth: number }
  | { readonly kind: 'object-type'; readonly type: FilteredType }
  /** Blobs outside the sparse checkout patterns in that blob are left out. */
  | { readonly kind: 'sparse-oid'; readonly id: string }

/** An object filter: what a partial clone leaves out. */
export type FilterSpec = SimpleFilter | { readonly kind: 'combine'; readonly filters: readonly SimpleFilter[] }

const MAX_FILTERS = 16
const MAX_LENGTH = 1024
// git keeps both in an unsigned long; this is what a number holds exactly.
const NUMBER_RANGE = { min: 0, max: Number.MAX_SAFE_INTEGER }
const SCALES: ReadonlyMap<string, number> = new Map([['k', 1024], ['m', 1024 ** 2], ['g', 1024 ** 3]])
const TYPES: ReadonlySet<string> = new Set<FilteredType>(['blob', 'tree', 'commit', 'tag'])
const COMBINE = 'combine:'
const UNENCODED = /^(?:[a-zA-Z0-9:=._/-]|%[0-9a-fA-F]{2})+$/

/**
 * Parses what git sends for `--filter`. `sparse:oid` takes an object id only: git lets it be any revision expression, which
 * would have the server walk history for the client. `sparse:path` and nested `combine` are refused as unsupported.
 */
export function parseFilterSpec(text: string): Parsed<FilterSpec> {
  if (text.length > MAX_LENGTH) return fail('malformed-filter', `filter ${quote(text)} is too long`)
  return text.startsWith(COMBINE) ? parseCombined(text.slice(COMBINE.length)) : parseSimple(text)
}

/** In full: numbers without a scale, as git asks senders to write them. */
export function renderFilterSpec(filter: FilterSpec): string {
  switch (filter.kind) {
    case 'blob-none':
      return 'blob:none'
    case 'blob-limit':
      return `blob:limit=${filter.bytes}`
    case 'tree-depth':
      return `tree:${filter.depth}`
    case 'object-type':
      return `object:type=${filter.type}`
    case 'sparse-oid':
      return `sparse:oid=${filter.id}`
    case 'combine':
      return COMBINE + filter.filters.map(renderFilterSpec).join('+')
  }
}

function parseCombined(text: string): Parsed<FilterSpec> {
  const parts = text.split('+')
  if (parts.length > MAX_FILTERS) return fail('malformed-filter', `a filter combines more than ${MAX_FILTERS} filters`)
  const filters: SimpleFilter[] = []
  for (const part of parts) {
    if (!UNENCODED.test(part)) return fail('malformed-filter', `filter ${quote(part)} is not encoded`)
    const filter = parseSimple(decodePercent(part))
    if (filter.kind === 'error') return filter
    filters.push(filter.value)
  }
  return ok({ kind: 'combine', filters })
}

function parseSimple(text: string): Parsed<SimpleFilter> {
  if (text === 'blob:none') return ok({ kind: 'blob-none' })
  if (text.startsWith('blob:limit=')) return parseLimit(text.slice('blob:limit='.length))
  if (text.startsWith('tree:')) return parseTreeDepth(text.slice('tree:'.length))
  if (text.startsWith('object:type=')) return parseObjectType(text.slice('object:type='.length))
  if (text.startsWith('sparse:oid=')) return parseSparse(text.slice('sparse:oid='.length))
  return fail('unsupported-filter', `filter ${quote(text)} is not supported`)
}

function parseLimit(text: string): Parsed<SimpleFilter> {
  const scale = SCALES.get(text.slice(-1).toLowerCase())
  const number = parseDecimal(scale === undefined ? text : text.slice(0, -1), NUMBER_RANGE)
  if (number.kind === 'error') return fail('malformed-filter', `blob limit ${quote(text)} is not a size`)
  const bytes = number.value * (scale ?? 1)
  if (!Number.isSafeInteger(bytes)) return fail('malformed-filter', `blob limit ${quote(text)} is too large`)
  return ok({ kind: 'blob-limit', bytes })
}

function parseTreeDepth(text: string): Parsed<SimpleFilter> {
  const depth = parseDecimal(text, NUMBER_RANGE)
  if (depth.kind === 'error') return fail('malformed-filter', `tree depth ${quote(text)} is not a number`)
  return ok({ kind: 'tree-depth', depth: depth.value })
}

function isFilteredType(text: string): text is FilteredType {
  return TYPES.has(text)
}

function parseObjectType(text: string): Parsed<SimpleFilter> {
  if (!isFilteredType(text)) return fail('malformed-filter', `object type ${quote(text)} is not known`)
  return ok({ kind: 'object-type', type: text })
}

function parseSparse(text: string): Parsed<SimpleFilter> {
  if (!isObjectId(text)) return fail('unsupported-filter', `sparse filter ${quote(text)} is not given by object id`)
  return ok({ kind: 'sparse-oid', id: text })
}

function decodePercent(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}
