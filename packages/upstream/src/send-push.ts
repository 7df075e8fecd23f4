import { RefwardError, ZERO_ID } from '@refward/core-policy'
import { createReceivePackResponseParser, renderReceivePackRequest, type ReportStatus } from '@refward/git-wire'
import { remoteFault, statusFault } from './faults.ts'
import type { GitService, ServiceCall } from './git-service.ts'
import type { Exchange, HttpAnswer } from './http/exchange.ts'
import { ProgressMeter } from './progress-meter.ts'
import { makePushBody } from './push-body.ts'
import type { PushCommand, PushRefResult, PushRequest, PushResult } from './types.ts'

/** A report of every ref of a huge push, and what hooks print beside it. */
const ANSWER_BYTES = 192 * 1024 * 1024

/** Sends one push, once, and says what is known about it afterwards and no more. */
export async function sendPush(service: GitService, call: ServiceCall, request: PushRequest): Promise<PushResult> {
  checkPermit(call, request)
  const impossible = findImpossible(call, request)
  if (impossible !== undefined) return { kind: 'refused', error: impossible }
  const body = await prepare(service, call, request)
  if (body.kind === 'refused') return body
  request.permit.spend()
  const exchange = service.startPush(call, body)
  try {
    return await readResult({ service, call, request }, await exchange.answer)
  } catch (error) {
    return failedResult(service.fault(call, error), exchange)
  }
}

// INVARIANT: what is sent is what was decided: this repository, these refs, these old and new values (CVE-2025-54585).
function checkPermit({ lease }: ServiceCall, { permit, commands }: PushRequest): void {
  const key = ({ ref, oldId, newId }: PushCommand): string => `${oldId} ${newId} ${ref}`
  const permitted = new Set(permit.updates.map(key))
  const asked = new Set(commands.map(key))
  const same = asked.size === commands.length && permitted.symmetricDifference(asked).size === 0
  if (same && permit.repo.id === lease.repo.id && lease.purpose === 'write') return
  throw new RefwardError('RW_INTERNAL', {}, { cause: new Error(`the permit is not for this push over ${String(lease)}`) })
}

/** Why the forge could not carry this out or tell of it, seen before anything is sent. */
function findImpossible({ lease }: ServiceCall, { commands, capabilities }: PushRequest): RefwardError | undefined {
  const { forge } = lease.repo
  if (capabilities.reportStatus === 'none') {
    return new RefwardError('RW_UPSTREAM_PROTOCOL', { forge, detail: 'it cannot report what became of a push (report-status)' })
  }
  const deletion = commands.find(({ newId }) => newId === ZERO_ID)
  if (deletion === undefined || capabilities.deleteRefs) return undefined
  return new RefwardError('RW_UPSTREAM_REJECTED', { ref: deletion.ref, reason: 'it does not let refs be deleted (delete-refs)' })
}

type Prepared = { readonly kind: 'body'; readonly body: AsyncIterable<Uint8Array>; readonly length: number | undefined } | Extract<PushResult, { kind: 'refused' }>

async function prepare(service: GitService, call: ServiceCall, { commands, capabilities, pack }: PushRequest): Promise<Prepared> {
  const rendered = renderReceivePackRequest({
    commands: commands.map(({ ref, oldId, newId }) => ({ name: ref, oldId, newId })),
    capabilities: {
      agent: 'refward',
      reportStatus: capabilities.reportStatus === 'v2' ? 'report-status-v2' : 'report-status',
      sideband: capabilities.sideBand,
      atomic: isAtomic(commands, capabilities),
      quiet: false,
    },
  })
  try {
    call.signal.throwIfAborted()
    return { kind: 'body', ...(await makePushBody(rendered, pack)) }
  } catch (error) {
    return { kind: 'refused', error: service.fault(call, error) }
  }
}

function isAtomic(commands: readonly PushCommand[], capabilities: PushRequest['capabilities']): boolean {
  return capabilities.atomic && commands.length > 1
}

interface Pushing {
  readonly service: GitService
  readonly call: ServiceCall
  readonly request: PushRequest
}

async function readResult({ service, call, request }: Pushing, answer: HttpAnswer): Promise<PushResult> {
  if (answer.status !== 200) return { kind: isRefusal(answer.status) ? 'refused' : 'ambiguous', error: await statusFault(answer, service.context(call)) }
  const progress = new ProgressMeter(service.context(call), request.onProgress)
  const parser = createReceivePackResponseParser({ sideband: request.capabilities.sideBand })
  for await (const events of service.pushEvents(call, answer, { parser, maxBytes: ANSWER_BYTES })) {
    for (const event of events) {
      if (event.kind === 'progress') progress.say(event.data)
      else if (event.kind === 'fatal') return { kind: 'ambiguous', error: remoteFault(event.message, service.context(call)) }
      else return reportedResult(call, request, event.report)
    }
  }
  return { kind: 'ambiguous', error: incompleteReport(call, 'it ended without a report') }
}

// A redirect, a missing or wrong credential, a limit: said by whatever stands before git. Everything else may come from behind it,
// or from a proxy that lost its patience while git went on.
function isRefusal(status: number): boolean {
  return status >= 300 && status < 500 && status !== 408 && status !== 409 && status !== 499
}

function reportedResult(call: ServiceCall, { commands, capabilities }: PushRequest, { unpack, refs }: ReportStatus): PushResult {
  const told = new Map(refs.map((ref) => [ref.name, ref]))
  const results: PushRefResult[] = []
  for (const { ref } of commands) {
    const report = told.get(ref)
    if (report === undefined) return { kind: 'ambiguous', error: incompleteReport(call, `its report says nothing of ${ref}`) }
    results.push(report.kind === 'ok' ? { kind: 'ok', ref } : { kind: 'refused', ref, reason: report.reason })
  }
  if (told.size !== commands.length || refs.length !== commands.length) {
    return { kind: 'ambiguous', error: incompleteReport(call, 'its report names refs that were not pushed') }
  }
  return { kind: 'answered', atomic: isAtomic(commands, capabilities), unpack, refs: results }
}

function incompleteReport({ lease }: ServiceCall, detail: string): RefwardError {
  return new RefwardError('RW_UPSTREAM_PROTOCOL', { forge: lease.repo.forge, detail })
}

/** Before a byte has left, nothing can have happened. After it, anything can. */
function failedResult(error: Error, exchange: Exchange): PushResult {
  return { kind: exchange.sent ? 'ambiguous' : 'refused', error }
}
