import type { Policy } from '../config/compile-policy.ts'
import type { Subject } from '../config/config.ts'
import { decideRead, decideReceive } from '../decide/decide-read.ts'
import type { Decision } from '../decide/permits.ts'
import { createRefusal } from '../errors/refusal.ts'
import type { RepoId } from '../ids/repo-id.ts'
import type { ForgeChange } from './forge-change.ts'
import { forgeChecks } from './forge-checks.ts'
import type { ForgeFacts } from './forge-facts.ts'
import { ForgeIntentPermit, ForgeReadPermit, ForgeWritePermit } from './forge-permits.ts'
import { remedyFor, rightOf } from './forge-right.ts'

/** May this session read what the forge has besides git. */
export function decideForgeRead(policy: Policy, subject: Subject, repo: RepoId): Decision<ForgeReadPermit> {
  const read = decideRead(policy, subject, repo)
  if (read.kind === 'deny') return read
  const rules = read.permit.policy
  if (rules.settings.forge.read === 'allow') return { kind: 'permit', permit: new ForgeReadPermit(rules, subject, 'forge.read') }
  const values = { action: 'reading pull requests and issues', repo, remedy: 'the operator can set forge.read of the repository' }
  return { kind: 'deny', refusals: [createRefusal('RW_FORGE_DENIED', { rule: 'forge.read' }, values)] }
}

/** May this session do this kind of thing at all; asked before the forge is. */
export function decideForgeIntent(policy: Policy, subject: Subject, repo: RepoId, change: ForgeChange): Decision<ForgeIntentPermit> {
  const read = decideForgeRead(policy, subject, repo)
  if (read.kind === 'deny') return read
  if (decideReceive(policy, subject, repo).kind === 'deny') {
    return { kind: 'deny', refusals: [createRefusal('RW_FORGE_NOT_ALLOWED', { rule: 'repository.push' }, { agent: subject.agent, repo })] }
  }
  const { rule, permission, words } = rightOf(read.permit.policy.settings.forge, change)
  if (permission !== 'never') return { kind: 'permit', permit: new ForgeIntentPermit(read.permit, change, rule) }
  return { kind: 'deny', refusals: [createRefusal('RW_FORGE_DENIED', { rule }, { action: words, repo, remedy: remedyFor(change) })] }
}

/** Decides on a change with what the forge said about its object and what the scanner found in its texts. */
export function decideForgeChange(intent: ForgeIntentPermit, facts: ForgeFacts): Decision<ForgeWritePermit> {
  const rules: string[] = [intent.rule]
  let granted = false
  for (const check of forgeChecks) {
    const result = check.judge({ intent, facts })
    if (result.kind === 'refuse') return { kind: 'deny', refusals: [result.refusal] }
    if (result.kind === 'pass') {
      if (!rules.includes(result.rule)) rules.push(result.rule)
      granted ||= result.grants === true
    }
  }
  // INVARIANT: no rule objecting is not enough; one must have given the right.
  if (granted) return { kind: 'permit', permit: new ForgeWritePermit(intent, rules) }
  throw new Error('no rule decided on the owner')
}
