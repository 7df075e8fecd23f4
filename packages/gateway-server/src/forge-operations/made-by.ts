import type { Written } from '@refward/forge-api'
import type { ForgeObject } from '@refward/ledger'

/** What a change has made: it becomes the agent's own. */
export function madeBy(action: string, written: Written): ForgeObject | undefined {
  if (action === 'pull.create' && written.kind === 'pull') return { kind: 'pull', number: written.pull.number, id: written.pull.id }
  if (action === 'issue.create' && written.kind === 'issue') return { kind: 'issue', number: written.issue.number, id: written.issue.id }
  return undefined
}
