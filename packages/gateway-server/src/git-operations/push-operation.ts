import { type Policy, type ReceivePermit, type Refusal, decideReceive, renderRefusal } from '@refward/core-policy'
import type { PushEngine, PushOutcome } from '@refward/git-engine'
import { type Capability, renderErrorPacket, renderRefAdvertisement } from '@refward/git-wire'
import type { DecisionInput, Ledger } from '@refward/ledger'
import type { PushListing } from '@refward/upstream'
import { toFailure } from '../http/error-answer.ts'
import { requirePermit } from '../http/refused-error.ts'
import { credentialUse } from './credential-use.ts'
import type { ForgeAccess } from './forge-access.ts'
import type { AnswerWriter, GitCallContext } from './git-operations.ts'

export interface PushParts {
  readonly policy: () => Policy
  readonly ledger: Pick<Ledger, 'decided' | 'finished'>
  readonly access: ForgeAccess
  readonly engine: PushEngine
  /** What the gateway calls itself on the wire. */
  readonly agentName: string
}

export interface ReceivePackCall {
  readonly body: AsyncIterable<Uint8Array>
  readonly answer: AnswerWriter
}

/** The refs that a session is shown before it pushes. A session that may not push here is refused now, not after its pack has been sent. */
export async function advertisePush(parts: PushParts, context: GitCallContext): Promise<Uint8Array> {
  const permit = await permitReceive(parts, context)
  const id = await parts.ledger.decided({ ...describePush(parts.policy(), context, 'list'), outcome: 'permit', rules: ['repository.push'], codes: [] })
  try {
    const target = await parts.access.pushTarget(permit.repo)
    const listing = await target.listForPush(context.signal)
    const bytes = render(listing, permit, parts.agentName)
    await parts.ledger.finished(id, { result: 'done', refs: [] })
    parts.engine.expect(permit, listing)
    return bytes
  } catch (error) {
    await parts.ledger.finished(id, { result: 'failed', code: toFailure(error).code, refs: [] })
    throw error
  }
}

/** Runs a push. What is refused before its answer has begun is told in git's own way too, as far as the protocol has one. */
export async function receivePack(parts: PushParts, context: GitCallContext, { body, answer }: ReceivePackCall): Promise<PushOutcome | undefined> {
  try {
    const permit = await permitReceive(parts, context)
    const sink = { write: (bytes: Uint8Array) => answer.write(bytes).catch(ignoreDeparture), end: () => Promise.resolve(answer.end()) }
    return await runRecorded(parts, context, () => parts.engine.run({ permit, request: context.requestId, body, answer: sink, signal: context.signal }))
  } catch (error) {
    const lines = [...renderRefusal(toFailure(error)), `refward: request ${context.requestId}`]
    await answer.write(renderErrorPacket(lines.join('\n')))
    answer.end()
    return undefined
  }
}

/** The engine records what it decides. What it cannot even read (push options, a broken command) is an attempt too, and is recorded here. */
async function runRecorded<T>({ ledger, policy }: PushParts, context: GitCallContext, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    await ledger.decided({ ...describePush(policy(), context, 'push'), outcome: 'deny', rules: ['push.protocol'], codes: [toFailure(error).code] })
    throw error
  }
}

/** A client that left does not change what becomes of its push. */
function ignoreDeparture(): void {}

/** @throws RefusedError when this session may not push to the repository; that is recorded. */
export async function permitReceive({ policy, ledger }: Pick<PushParts, 'policy' | 'ledger'>, context: GitCallContext): Promise<ReceivePermit> {
  const decision = decideReceive(policy(), context.subject, context.repo)
  if (decision.kind === 'deny') await ledger.decided(describeDenial(policy(), context, decision.refusals))
  return requirePermit(decision)
}

function describeDenial(policy: Policy, context: GitCallContext, refusals: readonly Refusal[]): DecisionInput {
  return { ...describePush(policy, context, 'push'), outcome: 'deny', rules: refusals.map(({ rule }) => rule), codes: refusals.map(({ code }) => code) }
}

/** What every record of a push has in common. */
export function describePush(policy: Policy, { subject, requestId, repo }: GitCallContext, operation: 'list' | 'push'): Pick<DecisionInput, 'request' | 'agent' | 'session' | 'repo' | 'operation' | 'refs' | 'credential'> {
  return { request: requestId, agent: subject.agent, session: subject.session, repo, operation, refs: [], credential: credentialUse(policy, repo) }
}

/** Push options and certificates are not offered: nothing behind the gateway has looked at them (CVE-2026-3854). */
function render(listing: PushListing, permit: ReceivePermit, agent: string): Uint8Array {
  const flags = ['report-status', 'report-status-v2', 'delete-refs', 'side-band-64k', 'quiet', 'ofs-delta', ...(listing.capabilities.atomic ? ['atomic'] : [])]
  const capabilities: readonly Capability[] = [...flags.map((name) => ({ name })), { name: 'object-format', value: 'sha1' }, { name: 'agent', value: agent }]
  const refs = listing.refs.filter(({ name }) => permit.shows(name)).map(({ name, id }) => ({ name, id }))
  return renderRefAdvertisement({ service: 'git-receive-pack', version: 0, refs, capabilities })
}
