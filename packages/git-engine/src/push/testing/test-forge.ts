import { RefwardError } from '@refward/core-policy'
import { type ReportStatus, createAdvertisementParser, createReceivePackResponseParser, hasCapability, renderReceivePackRequest } from '@refward/git-wire'
import type { PushListing, PushRequest, PushResult } from '@refward/upstream'
import { createTestSource } from '../../fetch/testing/test-source.ts'
import type { PushForge } from '../push-types.ts'

/** The least that pushes to a real upstream over HTTP, for tests of what stands above it. */
export function createTestForge(url: string): PushForge {
  const { origin, pathname, username, password } = new URL(url)
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return {
    ...createTestSource(url),
    listForPush: async (signal) => {
      const answer = await fetch(`${origin}${pathname}/info/refs?service=git-receive-pack`, { headers: { authorization }, signal })
      if (answer.status !== 200) throw new RefwardError('RW_UPSTREAM_FAILED', { forge: 'test', status: answer.status, action: 'listing', detail: '' })
      return parseListing(new Uint8Array(await answer.arrayBuffer()))
    },
    push: async (request, signal) => {
      request.permit.spend()
      const headers = { authorization, 'content-type': 'application/x-git-receive-pack-request' }
      const body = ReadableStream.from(renderPush(request))
      try {
        const answer = await fetch(`${origin}${pathname}/git-receive-pack`, { method: 'POST', headers, body, signal, duplex: 'half' })
        if (answer.status !== 200) return { kind: 'refused', error: new RefwardError('RW_UPSTREAM_REFUSED', { forge: 'test', action: 'a push', detail: String(answer.status) }) }
        return await readReport(answer, request)
      } catch (error) {
        return { kind: 'ambiguous', error: error instanceof Error ? error : new Error(String(error)) }
      }
    },
  }
}

function parseListing(bytes: Uint8Array): PushListing {
  const parser = createAdvertisementParser('git-receive-pack')
  parser.push(bytes)
  const parsed = parser.end()
  if (parsed.kind === 'error' || parsed.value.kind !== 'refs') throw new RefwardError('RW_UPSTREAM_PROTOCOL', { forge: 'test', detail: 'no advertisement' })
  const { refs, capabilities } = parsed.value
  const has = (name: string): boolean => hasCapability(capabilities, name)
  return {
    refs,
    head: undefined,
    objectFormat: 'sha1',
    capabilities: { atomic: has('atomic'), deleteRefs: has('delete-refs'), sideBand: has('side-band-64k'), ofsDelta: has('ofs-delta'), reportStatus: 'v2' },
  }
}

async function* renderPush({ commands, capabilities, pack }: PushRequest): AsyncGenerator<Uint8Array> {
  yield renderReceivePackRequest({
    commands: commands.map(({ ref, oldId, newId }) => ({ name: ref, oldId, newId })),
    capabilities: { reportStatus: 'report-status-v2', sideband: true, atomic: capabilities.atomic && commands.length > 1, quiet: false },
  })
  if (pack !== undefined) yield* pack
}

async function readReport(answer: Response, { onProgress, commands, capabilities }: PushRequest): Promise<PushResult> {
  const parser = createReceivePackResponseParser({ sideband: true })
  let report: ReportStatus | undefined
  const take = (result: ReturnType<typeof parser.push>): void => {
    if (result.kind === 'error') throw new Error(result.error.message)
    for (const event of result.value) {
      if (event.kind === 'progress') onProgress(event.data)
      if (event.kind === 'report') report = event.report
    }
  }
  for await (const chunk of answer.body ?? []) take(parser.push(chunk))
  take(parser.end())
  if (report === undefined) return { kind: 'ambiguous', error: new Error('no report') }
  return {
    kind: 'answered',
    atomic: capabilities.atomic && commands.length > 1,
    unpack: report.unpack,
    refs: report.refs.map((ref) => (ref.kind === 'ok' ? { kind: 'ok', ref: ref.name } : { kind: 'refused', ref: ref.name, reason: ref.reason })),
  }
}
