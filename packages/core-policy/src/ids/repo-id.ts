import { createProblem } from '../errors/refusal.ts'
import type { Parsed } from '../parsed.ts'
import type { Brand } from './brand.ts'
import type { ForgeName } from './names.ts'
import { parseForgeName } from './names.ts'

/** `forge/owner/repo`, lower case, without `.git`: the one canonical spelling of a repository. GitLab's groups may add parts. */
export type RepoId = Brand<'RepoId'>

/** A repository that a policy names. */
export interface RepoRef {
  readonly id: RepoId
  readonly forge: ForgeName
  /** As the forge spells it, from the configuration alone: `Acme/Widget`, without `.git`. */
  readonly path: string
}

const MAXIMUM = 255
const MAXIMUM_PARTS = 21
const PART = /^[A-Za-z0-9._][A-Za-z0-9._-]{0,99}$/

/**
 * Reads `forge/owner/repo` or `forge/owner/repo.git`, as it stands in an address or is typed by an operator. Case is folded.
 * Percent signs, empty parts, `.` and `..` never pass, so that the id cannot climb out of anything it is joined to.
 */
export function parseRepoId(text: string): Parsed<RepoId> {
  const detail = findRepoIdProblem(text)
  if (detail !== undefined) {
    const values = { name: text, kind: 'repository', detail, remedy: 'write <forge>/<owner>/<repo>' }
    return { kind: 'error', problems: [createProblem('RW_NAME_INVALID', '', values)] }
  }
  return { kind: 'ok', value: stripGitSuffix(text).toLowerCase() as RepoId }
}

/** `forge/owner/repo.git` without the suffix. */
export function stripGitSuffix(text: string): string {
  return text.replace(/\.git$/i, '')
}

function findRepoIdProblem(text: string): string | undefined {
  if (text.length > MAXIMUM) return `it is longer than ${MAXIMUM} characters`
  const [forge = '', ...parts] = stripGitSuffix(text).split('/')
  if (parseForgeName(forge.toLowerCase()).kind === 'error') return 'it does not begin with the name of a forge'
  if (parts.length < 2) return 'it has fewer than three parts'
  if (parts.length > MAXIMUM_PARTS) return 'it has too many parts'
  for (const part of parts) {
    if (!isRepoPathPart(part)) return 'a part is empty, or has characters other than letters, digits and . _ -'
  }
  return undefined
}

/** One part of a repository's path. `.git` and names that end in a dot are refused: file systems of forges read them as something else. */
export function isRepoPathPart(part: string): boolean {
  return PART.test(part) && part !== '.' && part !== '..' && !part.endsWith('.') && !/\.(?:git|lock)$/i.test(part)
}

/** The parts of an id that has been parsed. */
export function splitRepoId(id: RepoId): { readonly forge: ForgeName; readonly path: string } {
  const slash = id.indexOf('/')
  return { forge: id.slice(0, slash) as ForgeName, path: id.slice(slash + 1) }
}
