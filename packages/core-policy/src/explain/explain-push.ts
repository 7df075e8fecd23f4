import type { Policy } from '../config/compile-policy.ts'
import { decideReceive } from '../decide/decide-read.ts'
import { refChecks } from '../decide/decide-refs.ts'
import type { RefCommand, RefsFacts, UpstreamFacts } from '../decide/facts.ts'
import type { ReceivePermit } from '../decide/permits.ts'
import { PushedRefs } from '../decide/pushed-refs.ts'
import { createRefContext } from '../decide/ref-context.ts'
import { indexRefs } from '../decide/ref-index.ts'
import { judgeRewrite } from '../decide/rewrite-rule.ts'
import { ZERO_ID } from '../ids/object-id.ts'
import type { ObjectId } from '../ids/object-id.ts'
import { explainContent } from './explain-content.ts'
import { explainResult } from './describe-rule.ts'
import type { ExplainedRef, ExplainedRule, Explanation } from './explanation.ts'
import { explainPushing } from './explain-read.ts'
import type { AccessQuestion } from './explain-read.ts'

/** What to do to one ref. `push` creates it or moves it forward, whichever it comes to. */
export interface RefQuestion {
  readonly ref: string
  readonly action: 'push' | 'rewrite' | 'delete'
}

export interface PushQuestion extends AccessQuestion {
  readonly refs: readonly RefQuestion[]
  /** Undefined when the forge was not asked: the answer then says what it takes for granted. */
  readonly upstream: UpstreamFacts | undefined
  readonly owned: ReadonlySet<string>
}

/** Any object; what a ref would point at is decided with the content. */
const SOME_ID: ObjectId = '1'.repeat(40) as ObjectId
const OTHER_ID: ObjectId = '2'.repeat(40) as ObjectId

/** What would become of a push: every rule on every ref, by the checks that decide, in the words of the refusals. */
export function explainPush(policy: Policy, question: PushQuestion): Explanation {
  const access = explainPushing(policy, question)
  const receive = decideReceive(policy, question.subject, question.repo)
  const refs = receive.kind === 'permit' ? explainRefs(receive.permit, question) : []
  const allowed = receive.kind === 'permit' && refs.every(({ outcome }) => outcome === 'allow')
  return {
    agent: question.subject.agent,
    repository: question.repo,
    operation: 'push',
    outcome: allowed ? 'allow' : 'deny',
    access,
    refs,
    content: receive.kind === 'permit' ? explainContent(receive.permit.policy.settings) : [],
    assumptions: question.upstream === undefined && receive.kind === 'permit' ? ASSUMPTIONS : [],
  }
}

const ASSUMPTIONS: readonly string[] = [
  'the forge was not asked: its default branch is not known, and the usual names of one count as it',
  'refs that would be rewritten or deleted are taken to exist, all others not to',
  'the repository is taken to have a branch already',
]

function explainRefs(receive: ReceivePermit, question: PushQuestion): readonly ExplainedRef[] {
  const upstream = question.upstream ?? assumeUpstream(question.refs)
  const commands = question.refs.map(({ ref, action }): RefCommand => {
    return { ref, oldId: upstream.refs.idOf(ref), newId: action === 'delete' ? ZERO_ID : SOME_ID }
  })
  const facts: RefsFacts = { commands, upstream, owned: question.owned }
  const pushed = new PushedRefs(commands)
  return commands.map((command, index) => {
    const rewrites = question.refs[index]?.action === 'rewrite'
    return explainRef(receive, facts, { pushed, command, rewrites })
  })
}

interface OneCommand {
  readonly pushed: PushedRefs
  readonly command: RefCommand
  readonly rewrites: boolean
}

function explainRef(receive: ReceivePermit, facts: RefsFacts, { pushed, command, rewrites }: OneCommand): ExplainedRef {
  const context = createRefContext(receive, facts, pushed, command)
  const { settings } = receive.policy
  const rules: ExplainedRule[] = []
  let granted = 'push'
  for (const check of refChecks) {
    const result = check.judge(context)
    rules.push(explainResult(check.id, result, settings))
    if (result.kind === 'pass' && result.grants === true) granted = result.rule
  }
  if (rewrites && context.action === 'update') {
    const result = judgeRewrite({ policy: receive.policy, agent: context.agent, ref: command.ref, owned: facts.owned })
    rules.push(explainResult('branches.rewrite', result, settings))
  }
  const refusal = rules.find(({ outcome }) => outcome === 'refuses')
  const action = rewrites && context.action === 'update' ? 'rewrite' : context.action
  return { ref: command.ref, action, outcome: refusal === undefined ? 'allow' : 'deny', rule: refusal?.rule ?? granted, rules }
}

function assumeUpstream(refs: readonly RefQuestion[]): UpstreamFacts {
  const existing = refs.filter(({ action }) => action !== 'push').map(({ ref }) => ({ name: ref, id: OTHER_ID }))
  return { refs: indexRefs([{ name: 'refs/heads/\u0000', id: OTHER_ID }, ...existing]), defaultBranch: { kind: 'unknown' } }
}
