/** Where a setting of git stands: those of a work tree are written by whoever made it. */
const OWN_SCOPES: ReadonlySet<string> = new Set(['system', 'global', 'command'])

interface Entry {
  readonly scope: string
  /** Section and name in lower case, the subsection as it is written. */
  readonly key: string
  readonly value: string
}

/** A setting of one name in any subsection: `remote.<subsection>.url`. */
export interface SubsectionSetting {
  readonly subsection: string
  readonly value: string
}

/** The configuration of git as git itself has put it together, with the scope of each setting. */
export class GitSettings {
  readonly #entries: readonly Entry[]

  /** @param listing what `git config --list --show-scope --null` printed */
  constructor(listing: string) {
    const fields = listing.split('\0')
    const count = Math.floor(fields.length / 2)
    this.#entries = Array.from({ length: count }, (_, index) => readEntry(fields[2 * index] ?? '', fields[2 * index + 1] ?? ''))
  }

  /** Every value, the one that counts for git last. */
  list(section: string, name: string): readonly SubsectionSetting[] {
    return this.#entries.flatMap((entry) => findSubsection(entry, section, name))
  }

  /**
   * The same without what a work tree says.
   *
   * INVARIANT: where the token goes is never read from a work tree, which may have come out of an archive with its .git.
   */
  listOwn(section: string, name: string): readonly SubsectionSetting[] {
    return this.#entries.filter(({ scope }) => OWN_SCOPES.has(scope)).flatMap((entry) => findSubsection(entry, section, name))
  }
}

/** A setting without a value has no line end behind its key. */
function readEntry(scope: string, text: string): Entry {
  const end = text.indexOf('\n')
  return end < 0 ? { scope, key: text, value: '' } : { scope, key: text.slice(0, end), value: text.slice(end + 1) }
}

function findSubsection({ key, value }: Entry, section: string, name: string): readonly SubsectionSetting[] {
  const [start, end] = [`${section}.`, `.${name}`]
  if (!key.startsWith(start) || !key.endsWith(end) || key.length < start.length + end.length) return []
  return [{ subsection: key.slice(start.length, -end.length), value }]
}
