import { UnexpectedGitOutput, readRecords } from './records.ts'

/**
 * One line of `git rev-list --objects-edge`. An edge is a commit that the upstream has already and that a new one is based on.
 * `path` is where an object was first met; objects that stand at several places are listed once.
 */
export type ListedObject =
  | { readonly kind: 'edge'; readonly id: string }
  | { readonly kind: 'commit'; readonly id: string }
  | { readonly kind: 'other'; readonly id: string; readonly path: string }

const LINE = /^(-)?([0-9a-f]{40})(?: (.*))?$/s
const MAX_LINE_BYTES = 256 * 1024

/**
 * Reads the lines in the batches in which git wrote them.
 *
 * @throws UnexpectedGitOutput for a line of another form.
 */
export async function* readObjectListing(source: AsyncIterable<Uint8Array>): AsyncGenerator<readonly ListedObject[]> {
  for await (const lines of readRecords(source, { separator: 0x0a, maxBytes: MAX_LINE_BYTES })) yield lines.map(parseListedObject)
}

/** Commits are the lines without a path; a tree at the top has an empty one, an annotated tag the name by which it was asked for. */
export function parseListedObject(line: string): ListedObject {
  const [, edge, id, path] = LINE.exec(line) ?? []
  if (id === undefined || (edge !== undefined && path !== undefined)) throw new UnexpectedGitOutput('git rev-list wrote a line of another form')
  if (edge !== undefined) return { kind: 'edge', id }
  return path === undefined ? { kind: 'commit', id } : { kind: 'other', id, path }
}
