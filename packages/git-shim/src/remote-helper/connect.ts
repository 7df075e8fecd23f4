import type { HelperInput } from './helper-input.ts'
import { type GitPlane, askCapabilities, askObjects } from './git-plane.ts'

/** Behind each answer, in place of the end of a connection. */
const RESPONSE_END = '0002'
/** What git says in one request: names of refs, wanted and known objects. */
const MOST_BYTES = 64 * 1024 * 1024

/** Lets git speak its own protocol through this process, request by request, until it has no more. */
export async function connect(plane: GitPlane, input: HelperInput, write: (bytes: Uint8Array | string) => Promise<void>): Promise<void> {
  const capabilities = await askCapabilities(plane)
  // An empty line says that the connection is there.
  await write(Buffer.concat([Buffer.from('\n'), capabilities]))
  for (let request = await readRequest(input); request !== undefined; request = await readRequest(input)) {
    for await (const bytes of askObjects(plane, request)) await write(bytes)
    await write(RESPONSE_END)
  }
}

/** Packets up to a flush; `undefined` when there are none any more. */
async function readRequest(input: HelperInput): Promise<Buffer | undefined> {
  const packets: Buffer[] = []
  for (let bytes = 0; bytes <= MOST_BYTES; ) {
    const head = await input.readBytes(4)
    if (head === undefined) return undefined
    const length = /^[0-9a-f]{4}$/.test(head.toString('latin1')) ? Number.parseInt(head.toString('latin1'), 16) : 3
    // Four is a packet without content; less are marks, of which the third stands for nothing.
    if (length === 3) throw new RangeError('git has sent what is no packet')
    const content = length > 4 ? await input.readBytes(length - 4) : Buffer.alloc(0)
    if (content === undefined) return undefined
    packets.push(head, content)
    bytes += head.length + content.length
    if (length === 0) return Buffer.concat(packets)
  }
  throw new RangeError('git has sent more than a request can have')
}
