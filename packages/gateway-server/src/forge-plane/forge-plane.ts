import { type Explanation, type ForgeChange, type Policy, type RepoId, parseRepoId } from '@refward/core-policy'
import type { Repository, Written } from '@refward/forge-api'
import { type ForgeExplainCall, explainChanges } from '../forge-operations/explain-forge.ts'
import type { ForgeCallContext, ForgeParts } from '../forge-operations/forge-context.ts'
import { readForge } from '../forge-operations/forge-read.ts'
import { writeForge } from '../forge-operations/forge-write.ts'
import { type SettledChange, settleForgeChanges } from '../forge-operations/settle-forge.ts'
import type { RunningForgeParts } from '../forge-operations/running-changes.ts'
import { type GhCall, executeGh } from '../gh/execute-gh.ts'
import type { GhAnswer } from '../gh/gh-answer.ts'
import { requireParsed } from '../http/require-parsed.ts'

/** The forge plane without HTTP: each operation runs from decision to audit. */
export interface ForgePlane {
  gh(call: GhCall): Promise<GhAnswer>
  change(context: ForgeCallContext, change: ForgeChange): Promise<Written>
  repository(context: ForgeCallContext): Promise<Repository>
  /** What would become of changes; nothing is written and nothing recorded. */
  explain(call: ForgeExplainCall): Promise<Explanation>
  /** A repository as a client writes it. @throws RefwardError RW_ARGUMENT_INVALID */
  parseRepo(text: string): RepoId
  readonly policy: () => Policy
  /** Takes every live credential out of a text that leaves. */
  mask(text: string): string
  /** Finds out what has become of changes that a crash, or a lost answer, left open, and closes their records. */
  settle(signal: AbortSignal): Promise<readonly SettledChange[]>
}

export function createForgePlane(forgeParts: ForgeParts): ForgePlane {
  const parts: RunningForgeParts = { ...forgeParts, running: new Set() }
  return {
    gh: (call) => executeGh(parts, call),
    change: (context, change) => writeForge(parts, context, change),
    repository: (context) => readForge(parts, context, { action: 'repository.view' }, (reader) => reader.get<'repository.view'>({ kind: 'repository.view' })),
    explain: (call) => explainChanges(parts, call),
    parseRepo: (text) => requireParsed(parseRepoId(text), 'repo'),
    policy: parts.policy,
    mask: (text) => parts.secrets().mask(text),
    settle: (signal) => settleForgeChanges(parts, signal),
  }
}
