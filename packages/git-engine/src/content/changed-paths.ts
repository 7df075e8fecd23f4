import { UnexpectedGitOutput, readRecords } from './records.ts'

/** One path that a commit changes: git's raw difference, the side after the change. */
export interface ChangedPath {
  readonly commit: string
  readonly path: string
  readonly status: 'added' | 'modified' | 'deleted' | 'type-changed'
  /** Octal digits as git writes them: `100644`, `120000` for a symbolic link, `160000` for a submodule, `000000` when deleted. */
  readonly mode: string
  /** It is, or was before it was deleted, a directory. */
  readonly directory: boolean
  /** The zero id when deleted. */
  readonly blob: string
}

const MAX_RECORD_BYTES = 256 * 1024
const COMMIT = /^[0-9a-f]{40}$/
const CHANGE = /^(:+)((?:[0-7]{6} )+)((?:[0-9a-f]{40} )+)([ADMT]+)$/

/**
 * Reads `git diff-tree --stdin -r -t -c --root --raw -z --no-renames`.
 *
 * `-c` lists a path of a merge only where the result differs from every parent. That is enough, and all that is right: where
 * it equals a parent, that parent is either known to the upstream, or new too and its own change is in this list.
 *
 * @throws UnexpectedGitOutput for output of another form.
 */
export async function* readChangedPaths(source: AsyncIterable<Uint8Array>): AsyncGenerator<readonly ChangedPath[]> {
  const parser = new ChangeParser()
  for await (const fields of readRecords(source, { separator: 0, maxBytes: MAX_RECORD_BYTES })) {
    yield fields.flatMap((field) => parser.accept(field) ?? [])
  }
  parser.end()
}

type Change = Omit<ChangedPath, 'commit' | 'path'>

const DIRECTORY = '040000'
const ABSENT = '000000'

/** Takes the fields one by one: a commit, then for each of its changes the modes and ids, then the path. */
class ChangeParser {
  #commit: string | undefined
  #change: Change | undefined

  accept(field: string): ChangedPath | undefined {
    const change = this.#change
    if (change !== undefined && this.#commit !== undefined) {
      this.#change = undefined
      return { commit: this.#commit, path: field, ...change }
    }
    if (COMMIT.test(field)) this.#commit = field
    else if (this.#commit === undefined) throw new UnexpectedGitOutput('git diff-tree wrote a change without its commit')
    else this.#change = parseChange(field)
    return undefined
  }

  end(): void {
    if (this.#change !== undefined) throw new UnexpectedGitOutput('git diff-tree wrote a change without its path')
  }
}

/** One colon, one mode, one id and one letter for each parent; one more mode and id for the result. */
function parseChange(field: string): Change {
  const [, colons = '', modes = '', ids = '', letters = ''] = CHANGE.exec(field) ?? []
  const parents = colons.length
  const mode = modes.trimEnd().split(' ')
  const id = ids.trimEnd().split(' ')
  const lastMode = mode.at(-1)
  const lastId = id.at(-1)
  if (parents === 0 || mode.length !== parents + 1 || id.length !== parents + 1 || letters.length !== parents || lastMode === undefined || lastId === undefined) {
    throw new UnexpectedGitOutput('git diff-tree wrote a change of another form')
  }
  const directory = lastMode === DIRECTORY || (lastMode === ABSENT && mode[0] === DIRECTORY)
  return { status: statusOf(letters), mode: lastMode, blob: lastId, directory }
}

function statusOf(letters: string): ChangedPath['status'] {
  if (letters.includes('D')) return 'deleted'
  if (/^A+$/.test(letters)) return 'added'
  return letters.includes('T') ? 'type-changed' : 'modified'
}
