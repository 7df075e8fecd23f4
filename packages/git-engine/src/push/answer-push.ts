import type { Refusal } from '@refward/core-policy'
import { quoteUntrusted, renderStatusReason } from '@refward/core-policy'
import type { RefReport, ReportStatus } from '@refward/git-wire'
import type { PushInProgress } from './prepare-push.ts'
import type { PushVoice } from './push-types.ts'
import type { Forwarded } from './read-back.ts'

/** A push with a thousand refs must not bury its first problem. */
const MAX_SHOWN = 20

/** Tells that nothing was done: the reasons for people, then for each ref its code. */
export async function answerRefusal(push: PushInProgress, refusals: readonly Refusal[]): Promise<void> {
  await showRefusals(push, refusals)
  const general = refusals.find(({ ref }) => ref === undefined) ?? refusals[0]
  const refs = push.wanted.commands.map(({ name }): RefReport => {
    const refusal = refusals.find(({ ref }) => ref === name) ?? general
    return { kind: 'ng', name, reason: refusal === undefined ? '' : renderStatusReason(refusal) }
  })
  const unpack = push.unpacking && general !== undefined ? `${general.message} (${general.code})` : 'ok'
  await push.answer.finish({ unpack, refs })
}

/** Tells what the forge did, per ref. */
export async function answerForwarded(push: PushInProgress, { refs, unpack }: Forwarded): Promise<void> {
  const refusals = refs.flatMap(({ refusal }) => refusal ?? [])
  if (refusals.length > 0) await showRefusals(push, refusals)
  const report: ReportStatus = {
    unpack,
    refs: refs.map(({ ref, result, reason }) => (result === 'accepted' ? { kind: 'ok', name: ref, options: {} } : { kind: 'ng', name: ref, reason: reason ?? '' })),
  }
  await push.answer.finish(report)
}

async function showRefusals({ answer, request }: { readonly answer: PushVoice; readonly request: { readonly request: string } }, refusals: readonly Refusal[]): Promise<void> {
  for (const refusal of refusals.slice(0, MAX_SHOWN)) await answer.refusal(refusal)
  if (refusals.length > MAX_SHOWN) await answer.line(`refward: and ${refusals.length - MAX_SHOWN} more`)
  await answer.line(`refward: request ${quoteUntrusted(request.request)}`)
}
