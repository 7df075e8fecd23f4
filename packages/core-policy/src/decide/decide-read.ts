import type { Policy, RepositoryPolicy } from '../config/compile-policy.ts'
import type { Subject } from '../config/config.ts'
import { createRefusal } from '../errors/refusal.ts'
import { compileGlob } from '../pattern/glob.ts'
import type { RepoId } from '../ids/repo-id.ts'
import { ReadPermit, ReceivePermit } from './permits.ts'
import type { Decision } from './permits.ts'

/** May this session read this repository. The refusal is one and the same for unknown and for invisible repositories. */
export function decideRead(policy: Policy, subject: Subject, repo: RepoId): Decision<ReadPermit> {
  const rules = policy.repository(repo)
  const rule = findReadRule(rules, subject, repo)
  if (rules !== undefined && rule.allows) return { kind: 'permit', permit: new ReadPermit(rules, subject) }
  // The rule's own name would say whether the repository is in the configuration.
  const values = { repo, agent: subject.agent }
  return { kind: 'deny', refusals: [createRefusal('RW_REPOSITORY_NOT_VISIBLE', { rule: 'repository.read' }, values)] }
}

/** May this session push to this repository at all; asked before a byte of the body is read. Pushing needs reading. */
export function decideReceive(policy: Policy, subject: Subject, repo: RepoId): Decision<ReceivePermit> {
  const read = decideRead(policy, subject, repo)
  if (read.kind === 'deny') return read
  const rules = read.permit.policy
  if (rules.rules.push.some((glob) => glob.matches(subject.agent, subject.agent))) {
    return { kind: 'permit', permit: new ReceivePermit(rules, subject) }
  }
  const values = { repo, agent: subject.agent }
  return { kind: 'deny', refusals: [createRefusal('RW_PUSH_NOT_ALLOWED', { rule: 'repository.push' }, values)] }
}

/** The rule that decides about reading, under its true name; for the operator and the log. */
export function findReadRule(
  rules: RepositoryPolicy | undefined,
  subject: Subject,
  repo: RepoId,
): { readonly allows: boolean; readonly rule: string } {
  if (!subject.repositories.some((grant) => compileGlob(grant, true).matches(repo))) return { allows: false, rule: 'session.repositories' }
  if (subject.within !== undefined && !subject.within.some((grant) => compileGlob(grant, true).matches(repo))) return { allows: false, rule: 'session.repositories' }
  if (rules === undefined) return { allows: false, rule: 'repositories' }
  // What the policy does not say is neither: a session that may leak or may learn must not be let through by a guess.
  if (subject.mode !== undefined && rules.settings.visibility !== subject.mode) return { allows: false, rule: 'session.mode' }
  const index = rules.rules.read.findIndex((glob) => glob.matches(subject.agent, subject.agent))
  return index < 0 ? { allows: false, rule: 'repository.read' } : { allows: true, rule: `repository.read[${index}]` }
}
