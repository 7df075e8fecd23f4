import type { Finding, ScanObject } from '../scanner.ts'
import type { PartMatch } from '../workers/protocol.ts'
import { type RelativePlace, addPlaces } from './line-tally.ts'
import { ScanStop } from './scan-stop.ts'

/** What was found in one part. */
export interface PartResult {
  /** From the first to behind the last owned byte. */
  readonly extent: RelativePlace
  readonly matches: readonly PartMatchResult[]
}

export type PartMatchResult = Omit<PartMatch, 'part'>

/** Most findings of one scan; see {@link FoundReport} for why there is no cut list. */
const MAX_FINDINGS = 1000
const FIRST_BYTE: RelativePlace = { lines: 0, column: 0 }

/** The parts of one object, with what came back for them in whatever order. */
export class ObjectResults {
  readonly order: number
  readonly #meta: ScanObject
  readonly #parts: PartResult[] = []

  constructor(meta: ScanObject, order: number) {
    this.#meta = meta
    this.order = order
  }

  set(index: number, result: PartResult): void {
    this.#parts[index] = result
  }

  /** Adds to what is known of a part. */
  addMatch(index: number, match: PartMatchResult): void {
    const part = this.#parts[index]
    if (part === undefined) throw new RangeError(`the part ${index} has no result yet`)
    this.#parts[index] = { ...part, matches: [...part.matches, match] }
  }

  /** In the order of their places. A scan that was stopped has gaps, behind which lines can no longer be told. */
  findings(): readonly Finding[] {
    const findings: Finding[] = []
    let start = FIRST_BYTE
    for (let index = 0, part = this.#parts[0]; part !== undefined; part = this.#parts[++index]) {
      for (const match of part.matches) {
        const finding = createFinding(this.#meta, match, addPlaces(start, match.place))
        if (!findings.some((other) => isSameFinding(other, finding))) findings.push(finding)
      }
      start = addPlaces(start, part.extent)
    }
    return findings
  }
}

/** Gathers the results of one scan and gives them out in the order of the objects. */
export class ScanCollector {
  readonly #found = new Set<ObjectResults>()
  #objects = 0
  #matches = 0

  addObject(meta: ScanObject): ObjectResults {
    return new ObjectResults(meta, this.#objects++)
  }

  /** @throws ScanStop when there are too many matches. */
  add(object: ObjectResults, index: number, result: PartResult): void {
    object.set(index, result)
    if (result.matches.length > 0) this.#count(object, result.matches.length)
  }

  /** @throws ScanStop when there are too many matches. */
  addMatch(object: ObjectResults, index: number, match: PartMatchResult): void {
    object.addMatch(index, match)
    this.#count(object, 1)
  }

  findings(): readonly Finding[] {
    const objects = [...this.#found].sort((a, b) => a.order - b.order)
    return objects.flatMap((object) => object.findings())
  }

  #count(object: ObjectResults, matches: number): void {
    this.#found.add(object)
    this.#matches += matches
    if (this.#matches > MAX_FINDINGS) throw tooManyFindings()
  }
}

export function tooManyFindings(): ScanStop {
  return new ScanStop('too-many-findings', `more than ${MAX_FINDINGS} findings in one push`)
}

/** A program whose columns are uncertain names a secret near a cut twice, once for each part. */
function isSameFinding(a: Finding, b: Finding): boolean {
  return a.rule === b.rule && a.fingerprint === b.fingerprint && a.line === b.line && Math.abs(a.column - b.column) <= 2
}

function createFinding(meta: ScanObject, match: PartMatchResult, place: RelativePlace): Finding {
  const { rule, title, encodings, fingerprint, excerpt } = match
  return {
    rule,
    title,
    object: meta.id,
    type: meta.type,
    ...(meta.path !== undefined && { path: meta.path }),
    ...(meta.commit !== undefined && { commit: meta.commit }),
    line: place.lines + 1,
    column: place.column + 1,
    encodings,
    fingerprint,
    excerpt,
  }
}
