import { type PushCapabilities, type ReportStatus, ZERO_ID, createReceivePackResponseParser, renderReceivePackRequest } from '@refward/git-wire'
import type { PushWorld } from './push-world.ts'

export interface RawPush {
  readonly commands: readonly { readonly name: string; readonly oldId?: string; readonly newId: string }[]
  readonly capabilities?: Partial<PushCapabilities>
  readonly shallow?: readonly string[]
  /** Everything behind the commands. */
  readonly rest?: Uint8Array
}

export interface RawAnswer {
  readonly status: number
  readonly text: string
  readonly progress: string
  readonly report: ReportStatus | undefined
}

const CAPABILITIES: PushCapabilities = { reportStatus: 'report-status', sideband: true, atomic: false, quiet: false }

/** The bytes of a push as no git client would send it. */
export function renderRawPush({ commands, capabilities, shallow, rest }: RawPush): Buffer {
  const head = renderReceivePackRequest({
    commands: commands.map(({ name, oldId, newId }) => ({ name, newId, oldId: oldId ?? ZERO_ID })),
    capabilities: { ...CAPABILITIES, ...capabilities },
    ...(shallow === undefined ? {} : { shallow }),
  })
  return Buffer.concat([head, rest ?? Buffer.alloc(0)])
}

/** Sends bytes as the body of a push and reads the answer. */
export async function sendRaw(world: PushWorld, body: Uint8Array | AsyncIterable<Uint8Array>, sideband = true): Promise<RawAnswer> {
  const headers = { 'content-type': 'application/x-git-receive-pack-request' }
  const sent = body instanceof Uint8Array ? Buffer.from(body) : ReadableStream.from(body)
  const answer = await fetch(`${world.server.url}/git-receive-pack`, { method: 'POST', headers, body: sent, duplex: 'half' })
  const bytes = Buffer.from(await answer.arrayBuffer())
  await world.settled()
  if (answer.status !== 200 || bytes.length === 0) return { status: answer.status, text: bytes.toString(), progress: '', report: undefined }
  return { status: 200, text: bytes.toString('latin1'), ...readAnswer(bytes, sideband) }
}

function readAnswer(bytes: Uint8Array, sideband: boolean): Pick<RawAnswer, 'progress' | 'report'> {
  const parser = createReceivePackResponseParser({ sideband })
  let progress = ''
  let report: ReportStatus | undefined
  for (const parsed of [parser.push(bytes), parser.end()]) {
    if (parsed.kind === 'error') throw new Error(parsed.error.message)
    for (const event of parsed.value) {
      if (event.kind === 'progress') progress += Buffer.from(event.data).toString()
      if (event.kind === 'report') report = event.report
    }
  }
  return { progress, report }
}
