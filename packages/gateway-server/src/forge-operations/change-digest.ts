import { createHash } from 'node:crypto'
import type { ForgeChange } from '@refward/core-policy'

/**
 * Digest of everything that a change writes, by which it is known again on the forge, also after a crash: the texts themselves are kept nowhere.
 * Undefined for a route, of which nobody here knows what it makes.
 */
export function digestOf(change: ForgeChange): string | undefined {
  const written = listWritten(change)
  return written === undefined ? undefined : createHash('sha256').update(JSON.stringify([change.kind, ...written])).digest('hex')
}

type Part = string | boolean | null

function listWritten(change: ForgeChange): readonly Part[] | undefined {
  switch (change.kind) {
    case 'pull.create':
      return [line(change.title), text(change.body), change.head, change.base, change.draft]
    case 'pull.edit':
      return [optional(change.title, line), optional(change.body, text), change.base ?? null]
    case 'pull.draft':
      return [change.draft]
    case 'pull.state':
    case 'issue.state':
      return [change.state]
    case 'pull.comment':
    case 'issue.comment':
      return [text(change.body)]
    case 'pull.review':
      return [text(change.body), ...change.comments.flatMap(({ path, line: at, body }) => [path, String(at), text(body)])]
    case 'pull.merge':
      return [change.headId]
    case 'issue.create':
      return [line(change.title), text(change.body)]
    case 'issue.edit':
      return [optional(change.title, line), optional(change.body, text)]
    case 'route':
      return undefined
  }
}

function optional(value: string | undefined, form: (value: string) => string): string | null {
  return value === undefined ? null : form(value)
}

/** Forges trim titles. */
function line(value: string): string {
  return value.trim()
}

/** Forges write line ends in their own way, and drop blanks at the end. */
function text(value: string): string {
  return value.replaceAll('\r\n', '\n').trimEnd()
}
