import type { ForgePermission, ForgeSettings } from '../config/config.ts'
import type { ForgeChange } from './forge-change.ts'

/** What may be done to pull requests and issues at all. */
export interface ForgeRight {
  /** Where it stands in the policy: `forge.pulls.merge`. */
  readonly rule: string
  readonly permission: ForgePermission
  /** For a sentence: `merging a pull request`. */
  readonly words: string
}

/** The right that a change needs. */
export function rightOf({ pulls, issues }: ForgeSettings, change: ForgeChange): ForgeRight {
  switch (change.kind) {
    case 'pull.create':
      return { rule: 'forge.pulls.create', permission: pulls.create, words: 'opening a pull request' }
    case 'pull.edit':
    case 'pull.draft':
      return { rule: 'forge.pulls.edit', permission: pulls.edit, words: 'editing a pull request' }
    case 'pull.state':
      return { rule: 'forge.pulls.close', permission: pulls.close, words: 'closing or reopening a pull request' }
    case 'pull.comment':
      return { rule: 'forge.pulls.comment', permission: pulls.comment, words: 'commenting on a pull request' }
    case 'pull.review':
      return { rule: 'forge.pulls.review', permission: pulls.review, words: 'reviewing a pull request' }
    case 'pull.merge':
      return { rule: 'forge.pulls.merge', permission: pulls.merge, words: 'merging a pull request' }
    case 'issue.create':
      return { rule: 'forge.issues.create', permission: issues.create, words: 'opening an issue' }
    case 'issue.edit':
      return { rule: 'forge.issues.edit', permission: issues.edit, words: 'editing an issue' }
    case 'issue.state':
      return { rule: 'forge.issues.close', permission: issues.close, words: 'closing or reopening an issue' }
    case 'issue.comment':
      return { rule: 'forge.issues.comment', permission: issues.comment, words: 'commenting on an issue' }
    case 'route':
      return { rule: change.call.rule, permission: 'any', words: 'this route' }
  }
}

/** What an agent can do in place of something that is never allowed. */
export function remedyFor(change: ForgeChange): string {
  if (change.kind === 'pull.merge') return 'ask for a review with gh pr comment and leave merging to the people of the repository; the operator can set forge.pulls.merge'
  return 'gh auth status shows what this agent may do; the operator can change the forge section of the repository'
}
