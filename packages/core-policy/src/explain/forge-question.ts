import { createProblem } from '../errors/refusal.ts'
import type { ForgeChange } from '../forge/forge-change.ts'
import type { Parsed } from '../parsed.ts'

/** Everything on a forge that can be asked about, by the words of the audit. */
export const FORGE_ACTIONS = {
  reading: ['read'],
  making: ['pull.create', 'issue.create'],
  onPull: ['pull.edit', 'pull.draft', 'pull.state', 'pull.comment', 'pull.review', 'pull.merge'],
  onIssue: ['issue.edit', 'issue.state', 'issue.comment'],
} as const

/** What would become of one thing on the forge. Its texts are not asked about: they are judged when they are written. */
export type ForgeQuestion =
  | { readonly action: 'read' | 'issue.create' }
  /** Without a base it goes to the default branch. */
  | { readonly action: 'pull.create'; readonly head: string; readonly base?: string | undefined }
  | { readonly action: 'pull.edit'; readonly number: number; readonly base?: string | undefined }
  | { readonly action: Exclude<(typeof FORGE_ACTIONS.onPull)[number], 'pull.edit'> | (typeof FORGE_ACTIONS.onIssue)[number]; readonly number: number }

interface ForgeWords {
  readonly action: string
  readonly number?: number | undefined
  readonly head?: string | undefined
  readonly base?: string | undefined
}

/** A question as an operator types it. */
export function parseForgeQuestion({ action, number, head, base }: ForgeWords): Parsed<ForgeQuestion> {
  const { reading, making, onPull, onIssue } = FORGE_ACTIONS
  const known = [...reading, ...making, ...onPull, ...onIssue].find((one) => one === action)
  if (known === undefined) return fail(action, `use one of ${[...reading, ...making, ...onPull, ...onIssue].join(', ')}`)
  const takes = { '--number': known.includes('.') && !known.endsWith('.create'), '--head': known === 'pull.create', '--base': known === 'pull.create' || known === 'pull.edit' }
  const given = { '--number': number !== undefined, '--head': head !== undefined, '--base': base !== undefined }
  for (const name of ['--number', '--head', '--base'] as const) {
    if (given[name] && !takes[name]) return fail(action, `leave ${name} out`)
    if (takes[name] && !given[name] && name !== '--base') return fail(action, `give ${name}`)
  }
  if (known === 'read' || known === 'issue.create') return { kind: 'ok', value: { action: known } }
  if (known === 'pull.create') return { kind: 'ok', value: { action: known, head: head ?? '', base } }
  return { kind: 'ok', value: { action: known, number: number ?? 0, ...(known === 'pull.edit' && base !== undefined ? { base } : {}) } }
}

function fail(action: string, remedy: string): Parsed<never> {
  return { kind: 'error', problems: [createProblem('RW_ARGUMENT_INVALID', '--forge', { argument: '--forge', detail: `${action} cannot be asked about like this`, remedy })] }
}

/** The change that is asked about, with nothing written in it; undefined for reading. */
export function toAskedChange(question: ForgeQuestion, defaultBranch: string | undefined): ForgeChange | undefined {
  switch (question.action) {
    case 'read':
      return undefined
    case 'issue.create':
      return { kind: 'issue.create', title: '', body: '' }
    case 'pull.create':
      return { kind: 'pull.create', title: '', body: '', head: question.head, base: question.base ?? defaultBranch ?? UNNAMED, draft: false }
    case 'pull.edit':
      return { kind: 'pull.edit', number: question.number, base: question.base }
    case 'pull.draft':
      return { kind: 'pull.draft', number: question.number, draft: true }
    case 'pull.state':
      return { kind: 'pull.state', number: question.number, state: 'closed' }
    case 'pull.comment':
      return { kind: 'pull.comment', number: question.number, body: '' }
    case 'pull.review':
      return { kind: 'pull.review', number: question.number, body: '', comments: [] }
    case 'pull.merge':
      return { kind: 'pull.merge', number: question.number, method: 'merge', headId: '' }
    case 'issue.edit':
      return { kind: 'issue.edit', number: question.number }
    case 'issue.state':
      return { kind: 'issue.state', number: question.number, state: 'closed' }
    case 'issue.comment':
      return { kind: 'issue.comment', number: question.number, body: '' }
  }
}

/** Where nobody knows the default branch: the most usual one, which is told as an assumption. */
const UNNAMED = 'main'
