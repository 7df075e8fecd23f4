import { decideContent } from '../decide/decide-content.ts'
import { decideRead, decideReceive } from '../decide/decide-read.ts'
import { decideRefs } from '../decide/decide-refs.ts'
import type { PushFacts, RefCommand, UpstreamFacts } from '../decide/facts.ts'
import type { Decision, RefsPermit } from '../decide/permits.ts'
import type { Refusal } from '../errors/refusal.ts'
import { ZERO_ID } from '../ids/object-id.ts'
import type { ObjectId } from '../ids/object-id.ts'
import { parseRepoId } from '../ids/repo-id.ts'
import type { CaseFile, PolicyCase } from './case-file.ts'
import { createFacts, createPolicy, createSubject, createUpstream, NEW_ID } from './policy-world.ts'
import { unwrap } from './unwrap.ts'

export interface CaseOutcome {
  /** In the form of `expect`. */
  readonly lines: readonly string[]
  readonly refusals: readonly Refusal[]
}

interface Command extends RefCommand {
  readonly rewrites: boolean
}

/** Takes a case through the decisions in the order of a push. */
export function runCase(file: CaseFile, policyCase: PolicyCase): CaseOutcome {
  const policy = createPolicy(policyCase.policy ?? file.policy)
  const subject = createSubject(policyCase.agent, policyCase.grants)
  const repo = unwrap(parseRepoId(policyCase.repository))
  if (policyCase.push === undefined) return describe(decideRead(policy, subject, repo), () => ['allow'])
  const receive = decideReceive(policy, subject, repo)
  if (receive.kind === 'deny') return deny(receive.refusals)
  const { upstream, commands } = readPush(file, policyCase)
  const refs = decideRefs(receive.permit, { commands, upstream, owned: new Set(policyCase.owned) })
  if (refs.kind === 'deny') return deny(refs.refusals)
  const content = decideContent(refs.permit, readFacts(policyCase, refs.permit, commands))
  return describe(content, () => [...refs.permit.rules.values()].map((rule) => `allow ${rule}`))
}

/** The decision on the refs alone, of a client that lies about nothing. */
export function decideCaseRefs(file: CaseFile, policyCase: PolicyCase): Decision<RefsPermit> {
  const subject = createSubject(policyCase.agent, policyCase.grants)
  const receive = decideReceive(createPolicy(policyCase.policy ?? file.policy), subject, unwrap(parseRepoId(policyCase.repository)))
  if (receive.kind === 'deny') return receive
  const { upstream, commands } = readPush(file, policyCase)
  const honest = commands.map(({ ref, newId }) => ({ ref, newId, oldId: upstream.refs.idOf(ref) }))
  return decideRefs(receive.permit, { commands: honest, upstream, owned: new Set(policyCase.owned) })
}

export function readPush(file: CaseFile, { push = [], upstream }: PolicyCase): { readonly upstream: UpstreamFacts; readonly commands: readonly Command[] } {
  const { refs, default: head, symbolic } = upstream ?? file.upstream
  const facts = createUpstream(refs, head, symbolic)
  return { upstream: facts, commands: push.map((line) => readCommand(line, facts)) }
}

function readCommand(line: string, upstream: UpstreamFacts): Command {
  const [, word, ref = ''] = /^(?:(delete|rewrite|stale) )?(.*)$/s.exec(line) ?? []
  const trueId = upstream.refs.idOf(ref)
  const oldId = word === 'stale' ? 'c'.repeat(40) : trueId
  return { ref, oldId, newId: word === 'delete' ? ZERO_ID : NEW_ID, rewrites: word === 'rewrite' }
}

function readFacts(policyCase: PolicyCase, permit: RefsPermit, commands: readonly Command[]): PushFacts {
  const commit = 'd'.repeat(40)
  const { count, bytes, largest, unreachable } = policyCase.objects
  const targets = new Map(permit.updates.map(({ ref }) => [String(ref), { type: 'commit', peeled: 'commit' } as const]))
  return createFacts({
    commits: policyCase.commits.map(({ author, committer, message }, index) => ({
      id: String(index).padStart(40, '0') as ObjectId,
      author: { name: 'A', email: author },
      committer: { name: 'C', email: committer },
      message,
    })),
    changes: policyCase.changes.map((path) => ({ commit, path })),
    symlinks: policyCase.symlinks.map((link) => ({ commit, ...link })),
    gitlinks: policyCase.gitlinks.map((path) => ({ commit, path })),
    submodules: policyCase.submodules.map((entry) => ({ commit, ...entry })),
    targets: new Map([...targets, ...policyCase.targets.map(({ ref, ...target }) => [ref, target] as const)]),
    findings: policyCase.findings.map((finding) => ({ object: NEW_ID, ...finding })),
    ownCredentials: policyCase.own_credentials.map((found) => ({ object: NEW_ID, ...found })),
    objects: { count, bytes, largest: { id: NEW_ID, bytes: largest }, unreachable: unreachable === 0 ? undefined : { count: unreachable, example: NEW_ID } },
    rewrites: new Set(commands.filter(({ rewrites }) => rewrites).map(({ ref }) => ref)),
  })
}

function describe(decision: Decision<unknown>, permit: () => readonly string[]): CaseOutcome {
  return decision.kind === 'deny' ? deny(decision.refusals) : { lines: permit(), refusals: [] }
}

function deny(refusals: readonly Refusal[]): CaseOutcome {
  return { lines: refusals.map(({ code, rule }) => `refuse ${code} ${rule}`), refusals }
}
