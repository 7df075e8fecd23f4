import { parseObjectId, parseRepoId } from '@refward/core-policy'

/** A ref of the forge, as the gateway shows it. */
export interface HelperRef {
  readonly name: string
  readonly id: string
  readonly peeled: string | undefined
  readonly symref: string | undefined
}

export interface HelperRefs {
  /** `forge/owner/name` */
  readonly repository: string
  readonly refs: readonly HelperRef[]
  /** Refs that are left out, since their names are not what a terminal would show. */
  readonly hidden: number
}

const MOST_REFS = 500_000
const LONGEST_NAME = 1000
/** As git check-ref-format: in its own protocol, such a name would be read as something else. */
const BROKEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\/\.|\.lock(?:\/|$)|\.$/
/** Names that git takes and a terminal does not show: controls beyond ASCII, marks that turn the direction, other line ends, halves of characters. */
const UNSHOWN = /[\u0080-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/u

/** Reads the answer to a listing or a fetch; `undefined` when it is none. Whoever listens at the address may have written it. */
export function readRefs({ success, repository, refs }: Readonly<Record<string, unknown>>): HelperRefs | undefined {
  if (success !== true || typeof repository !== 'string' || parseRepoId(repository).kind !== 'ok' || !Array.isArray(refs) || refs.length > MOST_REFS) return undefined
  const read = refs.map(readRef)
  const known = read.filter((ref) => ref !== undefined)
  if (known.length < read.length || new Set(known.map(({ name }) => name)).size < known.length) return undefined
  const shown = known.filter(({ name, symref = '' }) => !UNSHOWN.test(name) && !UNSHOWN.test(symref))
  return { repository, refs: shown, hidden: known.length - shown.length }
}

function readRef(value: unknown): HelperRef | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { ref: name, id, peeled, symref } = value as Readonly<Record<string, unknown>>
  if (!isRefName(name) || !isObjectId(id)) return undefined
  if (!(peeled === undefined || isObjectId(peeled)) || !(symref === undefined || isRefName(symref))) return undefined
  return { name, id, peeled, symref }
}

function isRefName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_NAME && (value === 'HEAD' || value.startsWith('refs/')) && !BROKEN.test(value)
}

function isObjectId(value: unknown): value is string {
  return typeof value === 'string' && parseObjectId(value).kind === 'ok'
}
