import type { ClientIdentity } from './capabilities.ts'
import { type FilterSpec, parseFilterSpec, renderFilterSpec } from './filter-spec.ts'
import { parseDecimal } from './number.ts'
import { parseObjectId } from './object-id.ts'
import { checkShortRefFormat } from './ref-name.ts'
import { type Failure, type Parsed, fail } from './result.ts'
import { quote } from './text.ts'

/** What a client asks of upload-pack, in whichever protocol version it asked. */
export interface FetchRequest extends ClientIdentity {
  readonly wants: readonly string[]
  readonly haves: readonly string[]
  /** The client ends the negotiation: a pack must follow. */
  readonly done: boolean
  readonly thinPack: boolean
  readonly noProgress: boolean
  readonly includeTag: boolean
  readonly ofsDelta: boolean
  /** Protocol v2 only: the server is not to end the negotiation by itself. */
  readonly waitForDone: boolean
  /** Commits whose parents the client does not have. */
  readonly shallow: readonly string[]
  /** 1 to 2147483647; the largest stands for "everything". */
  readonly deepen?: number
  /** `deepen` counts from the client's own boundary. */
  readonly deepenRelative: boolean
  /** Seconds since 1970. */
  readonly deepenSince?: number
  /** Refs as the client wrote them: full names or short ones. */
  readonly deepenNot: readonly string[]
  readonly filter?: FilterSpec
}

/** Asks for nothing. Our own requests are written as a difference from it. */
export const EMPTY_FETCH_REQUEST: FetchRequest = {
  wants: [],
  haves: [],
  done: false,
  thinPack: false,
  noProgress: false,
  includeTag: false,
  ofsDelta: false,
  waitForDone: false,
  shallow: [],
  deepenRelative: false,
  deepenNot: [],
}

/** Whether the answer tells a new shallow boundary. */
export function changesDepth(request: FetchRequest): boolean {
  return request.deepen !== undefined || request.deepenSince !== undefined || request.deepenNot.length > 0
}

/** Options that a request has or has not, and how they are written on the wire. */
export type FetchFlag = 'done' | 'thinPack' | 'noProgress' | 'includeTag' | 'ofsDelta' | 'waitForDone' | 'deepenRelative'

const DEPTH_RANGE = { min: 1, max: 0x7fff_ffff }
const TIME_RANGE = { min: 1, max: Number.MAX_SAFE_INTEGER }

/** A fetch request while its lines arrive. Knows the arguments that have values; the versions differ in the rest. */
export class FetchDraft {
  readonly wants: string[] = []
  readonly haves: string[] = []
  readonly #shallow: string[] = []
  readonly #deepenNot: string[] = []
  readonly #flags = new Set<FetchFlag>()
  #deepen: number | undefined
  #deepenSince: number | undefined
  #filter: FilterSpec | undefined

  setFlag(flag: FetchFlag): Failure | undefined {
    if (this.#flags.has(flag)) return fail('duplicate-argument', `argument ${quote(flag)} stands twice`)
    this.#flags.add(flag)
    return undefined
  }

  /** Takes an argument with a value. */
  add(name: string, value: string): Failure | undefined {
    switch (name) {
      case 'want':
        return collect(parseObjectId(value), this.wants)
      case 'have':
        return collect(parseObjectId(value), this.haves)
      case 'shallow':
        return collect(parseObjectId(value), this.#shallow)
      case 'deepen-not':
        return collect(checkShortRefFormat(value), this.#deepenNot)
      case 'deepen':
        return this.#once(name, this.#deepen, parseDecimal(value, DEPTH_RANGE), (depth) => (this.#deepen = depth))
      case 'deepen-since':
        return this.#once(name, this.#deepenSince, parseDecimal(value, TIME_RANGE), (time) => (this.#deepenSince = time))
      case 'filter':
        return this.#once(name, this.#filter, parseFilterSpec(value), (filter) => (this.#filter = filter))
      default:
        return fail('unknown-argument', `argument ${quote(name)} is not known`)
    }
  }

  finish(identity: ClientIdentity): Parsed<FetchRequest> {
    const conflict = this.#conflict()
    if (conflict !== undefined) return conflict
    return { kind: 'ok', value: this.#request(identity) }
  }

  #request(identity: ClientIdentity): FetchRequest {
    return {
      ...identity,
      wants: this.wants,
      haves: this.haves,
      done: this.#flags.has('done'),
      thinPack: this.#flags.has('thinPack'),
      noProgress: this.#flags.has('noProgress'),
      includeTag: this.#flags.has('includeTag'),
      ofsDelta: this.#flags.has('ofsDelta'),
      waitForDone: this.#flags.has('waitForDone'),
      shallow: this.#shallow,
      ...(this.#deepen === undefined ? {} : { deepen: this.#deepen }),
      deepenRelative: this.#flags.has('deepenRelative'),
      ...(this.#deepenSince === undefined ? {} : { deepenSince: this.#deepenSince }),
      deepenNot: this.#deepenNot,
      ...(this.#filter === undefined ? {} : { filter: this.#filter }),
    }
  }

  #conflict(): Failure | undefined {
    // A push that negotiates asks which of its commits are known and wants nothing.
    if (this.wants.length === 0 && !this.#flags.has('waitForDone')) return fail('no-wants', 'the request wants no object')
    if (this.#deepen === undefined) return undefined
    if (this.#deepenSince === undefined && this.#deepenNot.length === 0) return undefined
    return fail('conflicting-arguments', 'deepen excludes deepen-since and deepen-not')
  }

  #once<T>(name: string, current: T | undefined, parsed: Parsed<T>, set: (value: T) => void): Failure | undefined {
    if (parsed.kind === 'error') return parsed
    if (current !== undefined) return fail('duplicate-argument', `argument ${quote(name)} stands twice`)
    set(parsed.value)
    return undefined
  }
}

function collect(parsed: Parsed<string>, list: string[]): Failure | undefined {
  if (parsed.kind === 'error') return parsed
  list.push(parsed.value)
  return undefined
}

/** The lines that protocol v0 and v2 write alike, in git's order. */
export function renderDepthLines(request: FetchRequest): readonly string[] {
  return [
    ...request.shallow.map((id) => `shallow ${id}`),
    ...(request.deepen === undefined ? [] : [`deepen ${request.deepen}`]),
    ...(request.deepenSince === undefined ? [] : [`deepen-since ${request.deepenSince}`]),
    ...request.deepenNot.map((name) => `deepen-not ${name}`),
    ...(request.filter === undefined ? [] : [`filter ${renderFilterSpec(request.filter)}`]),
  ]
}
