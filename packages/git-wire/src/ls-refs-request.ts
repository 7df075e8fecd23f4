import type { ClientIdentity } from './capabilities.ts'
import { type Failure, fail } from './result.ts'
import { hasControl, quote } from './text.ts'

/** What a client wants to see of the refs. */
export interface LsRefsRequest extends ClientIdentity {
  readonly symrefs: boolean
  readonly peel: boolean
  /** Also wants a HEAD that names a branch which does not exist yet. */
  readonly unborn: boolean
  /** Only refs that begin with one of these; with none, every ref. A hint, which a server may exceed. */
  readonly prefixes: readonly string[]
}

type Flag = 'symrefs' | 'peel' | 'unborn'

const FLAGS: ReadonlySet<string> = new Set<Flag>(['peel', 'symrefs', 'unborn'])
const PREFIX = 'ref-prefix '
// git itself ignores the prefixes beyond this number and shows every ref.
const MAX_PREFIXES = 65_536
const MAX_PREFIX_LENGTH = 4096

function isFlag(text: string): text is Flag {
  return FLAGS.has(text)
}

/** The arguments of `ls-refs` while they arrive. */
export class LsRefsDraft {
  readonly #flags = new Set<Flag>()
  readonly #prefixes: string[] = []

  argument(text: string): Failure | undefined {
    if (text.startsWith(PREFIX)) return this.#prefix(text.slice(PREFIX.length))
    if (!isFlag(text)) return fail('unknown-argument', `argument ${quote(text)} is not known`)
    if (this.#flags.has(text)) return fail('duplicate-argument', `argument ${quote(text)} stands twice`)
    this.#flags.add(text)
    return undefined
  }

  finish(identity: ClientIdentity): LsRefsRequest {
    return {
      ...identity,
      symrefs: this.#flags.has('symrefs'),
      peel: this.#flags.has('peel'),
      unborn: this.#flags.has('unborn'),
      prefixes: this.#prefixes,
    }
  }

  // A prefix is compared with names and used for nothing else, so it need not be well formed itself.
  #prefix(prefix: string): Failure | undefined {
    if (prefix.length > MAX_PREFIX_LENGTH || hasControl(prefix)) return fail('malformed-line', `ref prefix ${quote(prefix)} is malformed`)
    if (this.#prefixes.length >= MAX_PREFIXES) return fail('too-many', `more than ${MAX_PREFIXES} ref prefixes`)
    this.#prefixes.push(prefix)
    return undefined
  }
}

export function renderLsRefsArguments(request: LsRefsRequest): readonly string[] {
  return [
    ...(request.peel ? ['peel'] : []),
    ...(request.symrefs ? ['symrefs'] : []),
    ...(request.unborn ? ['unborn'] : []),
    ...request.prefixes.map((prefix) => PREFIX + prefix),
  ]
}
