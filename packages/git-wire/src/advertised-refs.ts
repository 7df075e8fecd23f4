import { type Capability, checkObjectFormat, parseCapabilityList } from './capabilities.ts'
import { ZERO_ID, isObjectId, parseIdOrZero, parseObjectId } from './object-id.ts'
import { isAdvertisableName } from './ref-name.ts'
import { type Failure, fail } from './result.ts'
import { decodeText, hasControl, quote } from './text.ts'

/** A ref as a server shows it. `name` is `HEAD` or begins with `refs/` and follows git's rules; it may hold UTF-8. */
export interface AdvertisedRef {
  readonly name: string
  readonly id: string
  /** For an annotated tag: the object that it finally points to. */
  readonly peeled?: string
  /** For a symbolic ref: the ref that it stands for. */
  readonly symrefTarget?: string
}

/** The refs of a repository, as a protocol v0 or v1 server advertises them. */
export interface RefAdvertisement {
  readonly kind: 'refs'
  readonly version: 0 | 1
  readonly refs: readonly AdvertisedRef[]
  /** As advertised, but `symref`, which is told by `refs` and `unbornHead`. */
  readonly capabilities: readonly Capability[]
  /** The branch that HEAD names although it does not exist yet. */
  readonly unbornHead?: string
  readonly shallow: readonly string[]
  /** receive-pack only: objects that the server has besides those of its refs (`.have` lines). */
  readonly haves: readonly string[]
  /** The first hundred names that no well-behaved server shows, quoted. They are left out of `refs`. */
  readonly ignored: readonly string[]
}

interface Draft {
  name: string
  id: string
  peeled?: string
  symrefTarget?: string
}

const MAX_IGNORED = 100
const PEELED = '^{}'
const NO_REFS = `capabilities${PEELED}`

/** Names that are left out of a listing: enough of them to tell an operator, not enough to fill the memory. */
export class IgnoredNames {
  readonly names: string[] = []

  add(name: string | Uint8Array): undefined {
    if (this.names.length < MAX_IGNORED) this.names.push(quote(name))
  }
}

/** Collects the lines between the version and the flush of an advertisement. */
export class RefCollector {
  readonly #refs = new Map<string, Draft>()
  readonly #shallow: string[] = []
  readonly #haves: string[] = []
  readonly #ignored = new IgnoredNames()
  #capabilities: readonly Capability[] | undefined
  #last: Draft | undefined

  /** Takes one line, without its LF. */
  add(payload: Uint8Array): Failure | undefined {
    const nul = payload.indexOf(0)
    if (this.#capabilities !== undefined) {
      return nul < 0 ? this.#line(payload) : fail('malformed-line', 'capabilities stand behind a ref that is not the first')
    }
    const capabilities = this.#readCapabilities(nul < 0 ? undefined : payload.subarray(nul + 1))
    return capabilities ?? this.#line(nul < 0 ? payload : payload.subarray(0, nul))
  }

  finish(version: 0 | 1): RefAdvertisement {
    const unbornHead = this.#applySymrefs()
    return {
      kind: 'refs',
      version,
      refs: [...this.#refs.values()],
      capabilities: (this.#capabilities ?? []).filter(({ name }) => name !== 'symref'),
      ...(unbornHead === undefined ? {} : { unbornHead }),
      shallow: this.#shallow,
      haves: this.#haves,
      ignored: this.#ignored.names,
    }
  }

  #readCapabilities(bytes: Uint8Array | undefined): Failure | undefined {
    const text = bytes === undefined ? '' : decodeText(bytes)
    if (text === undefined) return fail('capability', `capabilities ${quote(bytes ?? '')} are malformed`)
    const parsed = parseCapabilityList(text)
    if (parsed.kind === 'error') return parsed
    this.#capabilities = parsed.value
    return checkObjectFormat(parsed.value)
  }

  #line(payload: Uint8Array): Failure | undefined {
    const text = decodeText(payload)
    if (text === undefined) return this.#undecodable(payload)
    if (text.startsWith('shallow ')) return this.#addId(text.slice(8), this.#shallow)
    const separator = text.indexOf(' ')
    const id = parseIdOrZero(separator < 0 ? text : text.slice(0, separator))
    if (id.kind === 'error') return id
    const name = text.slice(separator + 1)
    if (separator < 0 || name === '' || hasControl(name)) return malformed(payload)
    return this.#ref(id.value, name)
  }

  #ref(id: string, name: string): Failure | undefined {
    if (id === ZERO_ID) return name === NO_REFS && this.#refs.size === 0 ? undefined : fail('object-id', `ref ${quote(name)} has the zero id`)
    if (name === '.have') return this.#addId(id, this.#haves)
    if (name.endsWith(PEELED)) return this.#peel(id, name.slice(0, -PEELED.length))
    this.#last = undefined
    if (!isAdvertisableName(name)) return this.#ignored.add(name)
    if (this.#refs.has(name)) return fail('duplicate-ref', `ref ${quote(name)} is advertised twice`)
    this.#last = { name, id }
    this.#refs.set(name, this.#last)
    return undefined
  }

  #peel(id: string, name: string): Failure | undefined {
    if (!isAdvertisableName(name)) return this.#ignored.add(`${name}${PEELED}`)
    if (this.#last?.name !== name || this.#last.peeled !== undefined) {
      return fail('malformed-line', `the peeled value of ${quote(name)} does not follow its ref`)
    }
    this.#last.peeled = id
    return undefined
  }

  #undecodable(payload: Uint8Array): Failure | undefined {
    const name = undecodableName(payload)
    if (name === undefined) return malformed(payload)
    this.#last = undefined
    return this.#ignored.add(name)
  }

  #addId(text: string, list: string[]): Failure | undefined {
    const id = parseObjectId(text)
    if (id.kind === 'error') return id
    list.push(id.value)
    return undefined
  }

  #applySymrefs(): string | undefined {
    let unbornHead: string | undefined
    for (const { name, value } of this.#capabilities ?? []) {
      const colon = value?.indexOf(':') ?? -1
      if (name !== 'symref' || value === undefined || colon < 0) continue
      const target = value.slice(colon + 1)
      if (!isAdvertisableName(target)) continue
      const ref = this.#refs.get(value.slice(0, colon))
      if (ref !== undefined) ref.symrefTarget = target
      else if (value.startsWith('HEAD:')) unbornHead = target
    }
    return unbornHead
  }
}

function malformed(payload: Uint8Array): Failure {
  return fail('malformed-line', `line ${quote(payload)} is not an advertised ref`)
}

/**
 * The name in a line `<id> <name>` that is not UTF-8, or undefined when it is not such a line. One name in an old encoding
 * must not make a whole repository unreadable.
 */
export function undecodableName(payload: Uint8Array): Uint8Array | undefined {
  const id = decodeText(payload.subarray(0, 40))
  return id !== undefined && isObjectId(id) && payload[40] === 0x20 ? payload.subarray(41) : undefined
}
