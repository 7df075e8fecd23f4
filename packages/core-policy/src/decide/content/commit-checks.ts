import { createRefusal } from '../../errors/refusal.ts'
import type { Refusal } from '../../errors/refusal.ts'
import { quoteUntrusted } from '../../errors/quote-untrusted.ts'
import type { AgentName } from '../../ids/names.ts'
import type { Glob } from '../../pattern/glob.ts'
import type { CommitFact } from '../facts.ts'
import type { ContentCheck, ContentContext } from './content-context.ts'
import { shortId } from './content-context.ts'

/** Who wrote the commits, and what they say. */
export const commitChecks: readonly ContentCheck[] = [
  { id: 'commits.author', judge: (context) => judgeIdentities(context, 'author') },
  { id: 'commits.committer', judge: (context) => judgeIdentities(context, 'committer') },
  { id: 'commits.message', judge: judgeMessages },
  { id: 'commits.signoff', judge: judgeSignoffs },
]

function* judgeIdentities({ facts, policy, agent }: ContentContext, role: 'author' | 'committer'): Iterable<Refusal> {
  const patterns = policy.rules[role]
  if (patterns.length === 0) return
  const remedy = suggestIdentity(patterns, agent)
  for (const commit of facts.commits) {
    const { email } = commit[role]
    if (patterns.some((glob) => glob.matches(email, agent))) continue
    yield createRefusal('RW_COMMIT_IDENTITY', { rule: `commits.${role}` }, { commit: shortId(commit.id), role, email, agent, remedy })
  }
}

/** A command where the policy names one address, and only of characters that no shell reads as anything. */
function suggestIdentity(patterns: readonly Glob[], agent: AgentName): string {
  const addresses = patterns.map(({ source }) => source.replaceAll('{agent}', agent))
  const exact = addresses.find((address) => /^[A-Za-z0-9@.+_-]+$/.test(address) && !address.startsWith('-'))
  if (exact === undefined) return `use an address that matches ${addresses.map((address) => quoteUntrusted(address)).join(' or ')}`
  return `git config user.email ${exact}, then git commit --amend --no-edit --reset-author (git rebase -x for more than one commit)`
}

function* judgeMessages({ facts, settings }: ContentContext): Iterable<Refusal> {
  for (const commit of facts.commits) {
    const found = findMessageProblem(commit, settings.commits)
    if (found === undefined) continue
    yield createRefusal('RW_COMMIT_MESSAGE', { rule: found.rule }, { commit: shortId(commit.id), detail: found.detail })
  }
}

interface MessageProblem {
  readonly rule: string
  readonly detail: string
}

function findMessageProblem({ message }: CommitFact, rules: ContentContext['settings']['commits']): MessageProblem | undefined {
  const [subject = ''] = message.split('\n', 1)
  const length = countCharacters(subject)
  if (rules.subjectLength !== undefined && length > rules.subjectLength) {
    return { rule: 'commits.subject_length', detail: `has a first line of ${length} characters, and ${rules.subjectLength} is the limit` }
  }
  const prefixes = rules.subjectPrefixes
  if (prefixes.length === 0 || prefixes.some((prefix) => subject.startsWith(prefix))) return undefined
  return { rule: 'commits.subject_prefixes', detail: `does not begin with ${prefixes.map((prefix) => quoteUntrusted(prefix)).join(' or ')}` }
}

function countCharacters(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

function* judgeSignoffs({ facts, settings }: ContentContext): Iterable<Refusal> {
  if (!settings.commits.signoff) return
  for (const { id, author, message } of facts.commits) {
    if (isSignedOff(message, author.email)) continue
    yield createRefusal('RW_COMMIT_SIGNOFF', { rule: 'commits.signoff' }, { commit: shortId(id) })
  }
}

function isSignedOff(message: string, email: string): boolean {
  const ending = `<${email.toLowerCase()}>`
  return message.split('\n').some((line) => {
    const folded = line.trimEnd().toLowerCase()
    return folded.startsWith('signed-off-by: ') && folded.endsWith(ending)
  })
}
