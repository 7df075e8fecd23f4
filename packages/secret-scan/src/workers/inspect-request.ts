import type { createMarker } from '../finding-marks.ts'
import type { Inspector } from '../inspect/inspector.ts'
import type { LiveSecrets } from '../live/live-secrets.ts'
import { placeBetween } from '../run/line-tally.ts'
import type { PartMatch, PartPlace, ScanAnswer, ScanRequest } from './protocol.ts'

export interface InspectTools {
  readonly inspector: Inspector
  readonly live: LiveSecrets
  readonly mark: ReturnType<typeof createMarker>
}

/** Inspects every part of a request. */
export function inspectRequest(
  { buffer, parts }: Pick<ScanRequest, 'buffer' | 'parts'>,
  tools: InspectTools,
): ScanAnswer {
  const all = Buffer.from(buffer)
  const matches: PartMatch[] = []
  let isCut = false
  for (const [index, place] of parts.entries()) {
    const found = inspectPart(all, place, tools)
    for (const match of found.matches) matches.push({ ...match, part: index })
    isCut ||= found.isCut
  }
  const extents = parts.map(({ ownedStart, ownedEnd }) => placeBetween(all, ownedStart, ownedEnd))
  return { buffer, extents, matches, isCut }
}

/** The findings that a part owns. */
export function inspectPart(
  bytes: Buffer,
  { start, end, ownedStart, ownedEnd }: PartPlace,
  { inspector, live, mark }: InspectTools,
): { readonly matches: readonly Omit<PartMatch, 'part'>[]; readonly isCut: boolean } {
  const { matches, isCut } = inspector.inspect(bytes.subarray(start, end), live)
  const owned = matches.filter((match) => start + match.start >= ownedStart && start + match.start < ownedEnd)
  return {
    isCut,
    matches: owned.map((match) => {
      const { rule, title, encodings } = match
      const { fingerprint, excerpt } = mark(match)
      return {
        rule,
        title,
        encodings,
        fingerprint,
        excerpt,
        place: placeBetween(bytes, ownedStart, start + match.start),
      }
    }),
  }
}
