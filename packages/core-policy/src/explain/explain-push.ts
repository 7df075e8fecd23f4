import type { Policy } from '../config/compile-policy.ts'
import { decideReceive } from '../decide/decide-read.ts'
import type { Check } from '../decide/check.ts'
import { judgeCount, refChecks } from '../decide/decide-refs.ts'
import type { RefCommand, RefsFacts, UpstreamFacts } from '../decide/facts.ts'
import type { ReceivePermit } from '../decide/permits.ts'
import { PushedRefs } from '../decide/pushed-refs.ts'
import { createRefContext } from '../decide/ref-context.ts'
import type { RefContext } from '../decide/ref-context.ts'
import { indexRefs } from '../decide/ref-index.ts'
import { judgeRewrite } from '../decide/rewrite-rule.ts'
import { ZERO_ID } from '../ids/object-id.ts'
import type { ObjectId } from '../ids/object-id.ts'
import { explainContent } from './explain-content.ts'
import { explainResult } from './describe-rule.ts'
import type { ExplainedRef, ExplainedRule, Explanation } from './explanation.ts'
import { explainPushing } from './explain-read.ts'
import type { AccessQuestion, Audience } from './explain-read.ts'

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
  const receive = decideReceive(policy, question.subject, question.repo)
  const access = explainPushing(policy, question)
  const start = { agent: question.subject.agent, repository: question.repo, operation: 'push' } as const
  if (receive.kind === 'deny') return { ...start, outcome: 'deny', access, refs: [], forge: [], content: [], assumptions: [] }
  const { settings } = receive.permit.policy
  const count = explainResult('limits.refs', judgeCount(receive.permit, question.refs.length), settings)
  const refs = count.outcome === 'refuses' ? [] : explainRefs(receive.permit, question)
  return {
    ...start,
    outcome: count.outcome === 'allows' && refs.every(({ outcome }) => outcome === 'allow') ? 'allow' : 'deny',
    access: [...access, count],
    refs,
    forge: [],
    content: explainContent(settings),
    assumptions: question.upstream === undefined ? ASSUMPTIONS : [],
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
    const context = createRefContext(receive, facts, pushed, command)
    const rewrites = context.action === 'update' && question.refs[index]?.action === 'rewrite'
    return explainRef(context, { rewrites, audience: question.audience })
  })
}

interface RefView {
  readonly rewrites: boolean
  readonly audience: Audience
}

function explainRef(context: RefContext, { rewrites, audience }: RefView): ExplainedRef {
  const { receive, policy, agent, facts, ref } = context
  const rewriteCheck: Check<RefContext> = { id: 'branches.rewrite', judge: () => judgeRewrite({ policy, agent, ref, owned: facts.owned }) }
  const rules: ExplainedRule[] = []
  let granted = 'push'
  for (const check of rewrites ? [...refChecks, rewriteCheck] : refChecks) {
    const result = check.judge(context)
    rules.push(explainResult(check.id, result, policy.settings))
    if (result.kind === 'pass' && result.grants === true) granted = result.rule
    // What comes after a refusal would tell an agent about refs that it has no right to, and may not be shown.
    if (result.kind === 'refuse' && audience === 'agent') break
  }
  const refusal = rules.find(({ outcome }) => outcome === 'refuses')
  const hidden = audience === 'agent' && !receive.shows(ref)
  const action = hidden && context.action !== 'delete' ? 'create' : rewrites ? 'rewrite' : context.action
  return { ref, action, outcome: refusal === undefined ? 'allow' : 'deny', rule: refusal?.rule ?? granted, rules }
}

function assumeUpstream(refs: readonly RefQuestion[]): UpstreamFacts {
  const existing = refs.filter(({ action }) => action !== 'push').map(({ ref }) => ({ name: ref, id: OTHER_ID }))
  return { refs: indexRefs([{ name: 'refs/heads/\u0000', id: OTHER_ID }, ...existing]), defaultBranch: { kind: 'unknown' } }
}
