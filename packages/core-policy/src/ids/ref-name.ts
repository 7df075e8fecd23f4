import { createProblem } from '../errors/refusal.ts'
import type { Parsed } from '../parsed.ts'
import type { Brand } from './brand.ts'

/** A full ref name (`refs/heads/main`) that git check-ref-format accepts, of printable ASCII, and that nothing reads in another way. */
export type RefName = Brand<'RefName'>

/** Longer names fail on forges in ways of their own: a path component of a loose ref has 255 bytes at most, and so has the whole on some. */
const MAXIMUM = 244
const ALLOWED = /^[\x21-\x7e]+$/
/** git check-ref-format: no space, control character, `~^:?*[\`, no `..`, no `@{`. */
const FORBIDDEN = /[~^:?*[\\]|\.\.|@\{/

/** Why a text is not a ref name that Refward takes from an agent, or undefined. */
export function findRefNameProblem(text: string): string | undefined {
  if (text.length > MAXIMUM) return `it is longer than ${MAXIMUM} characters`
  if (!ALLOWED.test(text)) return 'it has a space or a character that is not printable ASCII'
  if (FORBIDDEN.test(text)) return 'it has one of ~ ^ : ? * [ \\ or .. or @{'
  if (!text.startsWith('refs/')) return 'it does not begin with refs/'
  const parts = text.split('/')
  if (parts.length < 3) return 'it has fewer than three parts'
  for (const part of parts) {
    const problem = findPartProblem(part)
    if (problem !== undefined) return problem
  }
  return findConfusion(parts)
}

function findPartProblem(part: string): string | undefined {
  if (part === '') return 'it has an empty part'
  if (part.startsWith('.')) return 'a part begins with a dot'
  if (part.endsWith('.')) return 'a part ends with a dot'
  // Folded: on a file system that folds case, x.LOCK is the lock file of x.
  if (part.toLowerCase().endsWith('.lock')) return 'a part ends with .lock'
  if (part.startsWith('-')) return 'a part begins with a dash, which tools read as an option'
  return undefined
}

/** Names that git accepts and then reads as something else: refs/heads/HEAD as HEAD, refs/heads/refs/heads/main as main. */
function findConfusion(parts: readonly string[]): string | undefined {
  const [, namespace, first] = parts
  if (parts.includes('@')) return 'a part is @, which means HEAD'
  if (namespace !== 'heads' && namespace !== 'tags') return undefined
  if (first?.toLowerCase() === 'refs') return 'it repeats refs/'
  if (parts.length === 3 && first?.toUpperCase() === 'HEAD') return 'HEAD is not a name for a branch or tag'
  if (parts.length === 3 && first !== undefined && /^[0-9a-f]{40}$/i.test(first)) return 'it looks like an object id'
  return undefined
}

export function parseRefName(text: string): Parsed<RefName> {
  const detail = findRefNameProblem(text)
  if (detail === undefined) return { kind: 'ok', value: text as RefName }
  return { kind: 'error', problems: [createProblem('RW_REF_NAME_INVALID', '', { ref: text, detail, own: 'refs/heads/topic' })] }
}
