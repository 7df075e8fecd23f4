import { FLUSH_PACKET, createFetchResponseParser, encodeData } from '@refward/git-wire'

/** Sends a protocol v2 fetch that no git client would send, and returns what came back, as latin1 text. */
export async function rawFetch(url: string, args: readonly string[]): Promise<string> {
  const lines = args.map((arg) => encodeData(`${arg}\n`))
  const body = Buffer.concat([encodeData('command=fetch\n'), Buffer.from('0001'), ...lines, FLUSH_PACKET])
  const answer = await fetch(`${url}/git-upload-pack`, { method: 'POST', headers: { 'git-protocol': 'version=2' }, body })
  return Buffer.from(await answer.arrayBuffer()).toString('latin1')
}

/** The pack in an answer to {@link rawFetch}; how git cuts it into packets differs from run to run. */
export function packIn(answer: string): Buffer {
  const events = createFetchResponseParser().push(Buffer.from(answer, 'latin1'))
  if (events.kind === 'error') throw new Error(events.error.message)
  return Buffer.concat(events.value.flatMap((event) => (event.kind === 'data' ? [event.data] : [])))
}
