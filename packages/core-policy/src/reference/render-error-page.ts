import { errorTable } from '../errors/error-table.ts'
import type { ErrorEntry } from '../errors/error-table.ts'
import { escapeMarkdown } from './markdown.ts'

const HEAD = `# Errors

<!-- Generated from packages/core-policy/src/errors. Change it there, then: pnpm --filter @refward/core-policy generate -->

Every refusal has a code, a reason and a remedy. git shows them like this:

\`\`\`
remote: refward: refs/heads/main is protected (RW_REF_PROTECTED)
remote: refward: push your own branch instead: git push origin HEAD:agent/fixer/main
 ! [remote rejected] main -> main (RW_REF_PROTECTED)
\`\`\`

In JSON the same is \`{"success": false, "message", "error": {"code", "rule", "hint"}, "request_id"}\`, with the status below. The rule is
the place in the policy that decided. Words in braces stand for values of the case at hand.
`

const STATUS: ReadonlyMap<number, string> = new Map([
  [400, 'malformed'],
  [401, 'no or bad session'],
  [403, 'policy'],
  [404, 'unknown or not visible'],
  [408, 'client too slow'],
  [409, 'stale, or in the way'],
  [413, 'too large'],
  [422, 'scan refused'],
  [429, 'limit'],
  [500, 'internal'],
  [501, 'not yet'],
  [502, 'upstream'],
  [503, 'unavailable'],
  [504, 'timeout'],
])

/** docs/reference/errors.md. */
export function renderErrorPage(): string {
  const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(errorTable)
  return [HEAD, ...entries.map(([code, entry]) => renderEntry(code, entry))].join('\n')
}

function renderEntry(code: string, { status, message, hint, doc }: ErrorEntry): string {
  const kind = STATUS.get(status) ?? 'other'
  const lines = [`- Message: ${plain(message)}`, `- Remedy: ${plain(hint)}`]
  return [`## ${code}`, '', `${status} (${kind}). ${escapeMarkdown(doc)}`, '', ...lines, ''].join('\n')
}

/** `{repo:text}` says how a value is escaped, which is of no use to a reader. */
function plain(template: string): string {
  return escapeMarkdown(template.replaceAll(/\{(\w+):\w+\}/g, '{$1}'))
}
