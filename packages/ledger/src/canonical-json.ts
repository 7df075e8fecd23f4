/** What a line of the audit may hold. Members that are undefined are left out. */
export type Canonical =
  | string
  | number
  | boolean
  | null
  | readonly Canonical[]
  | { readonly [member: string]: Canonical | undefined }

/**
 * The one JSON text of a value: members sorted by code unit, no white space, integers only, and printable ASCII only, so that the
 * text is safe for a terminal, a log collector and a diff whoever chose the names in it. It is RFC 8785 but for the last point.
 */
export function renderCanonical(value: Canonical): string {
  if (typeof value === 'string') return renderString(value)
  if (typeof value === 'number') return renderInteger(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map(renderCanonical).join(',')}]`
  return renderObject(value)
}

function isList(value: object): value is readonly Canonical[] {
  return Array.isArray(value)
}

function renderObject(value: { readonly [member: string]: Canonical | undefined }): string {
  const members: string[] = []
  for (const name of Object.keys(value).toSorted()) {
    const member = value[name]
    if (member !== undefined) members.push(`${renderString(name)}:${renderCanonical(member)}`)
  }
  return `{${members.join(',')}}`
}

// JSON leaves these as they are, and a terminal or a reader's eye can be steered by them: DEL and C1 controls, right-to-left
// overrides, line separators, homographs.
const notPrintableAscii = /[\u007f-\uffff]/g

function renderString(value: string): string {
  return JSON.stringify(value).replace(notPrintableAscii, escapeUnit)
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function renderInteger(value: number): string {
  // Fractions and big numbers have several spellings in JSON; the ledger needs neither.
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an exact integer: ${value}`)
  return String(value === 0 ? 0 : value)
}
