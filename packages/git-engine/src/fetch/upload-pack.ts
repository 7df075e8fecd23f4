import { type FetchRequest, renderFetchRequest, renderUploadPackRequest } from '@refward/git-wire'
import type { GitEnd } from '../process/git-end.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { spawnGit } from '../process/spawn-git.ts'
import type { FetchMessage } from './answer-form.ts'
import { type AnswerPlace, PacketWatch } from './packet-watch.ts'

export interface UploadPackRun {
  readonly git: GitRuntime
  /** Its refs are all that git can see by name. */
  readonly gitDir: string
  /** The objects of the mirror. */
  readonly objects: string
  readonly message: FetchMessage
  /** What git is asked in the place of the client's request: admitted ids only. */
  readonly request: FetchRequest
  /** Sent to the client already: git's own is dropped. */
  readonly head: Uint8Array | undefined
  readonly framed: boolean
  readonly signal: AbortSignal
}

/** How a run ended. `passed` counts the bytes that went to the client. */
export type UploadPackEnd =
  | { readonly kind: 'done'; readonly passed: number }
  | { readonly kind: 'failed'; readonly passed: number; readonly place: AnswerPlace; readonly end: GitEnd }

/** A clone over a slow line may take hours; a client that has gone ends it by the signal. */
const TIME_MS = 6 * 60 * 60_000

/**
 * Has git make the answer in the mirror and passes it on.
 *
 * INVARIANT: git reads a request that Refward wrote, never the client's bytes.
 */
export async function* runUploadPack(run: UploadPackRun): AsyncGenerator<Uint8Array, UploadPackEnd, undefined> {
  const { git, gitDir, message, signal } = run
  const flags = { '--stateless-rpc': true, '--strict': true } as const
  const objects = { directory: run.objects, alternates: [] }
  const child = spawnGit(git, { command: 'upload-pack', flags, operands: [gitDir] }, { protocol: message.protocol, timeoutMs: TIME_MS, signal, objects })
  const watch = new PacketWatch()
  let passed = 0
  try {
    child.stdin.end(renderRequest(message, run.request))
    for await (const chunk of withoutHead(child.stdout, run.head)) {
      const bytes = run.framed ? watch.pass(chunk) : chunk
      passed += bytes.length
      if (bytes.length > 0) yield bytes
    }
    const end = await child.end
    if (end.kind === 'exited' && end.code === 0 && !watch.gaveUp) return { kind: 'done', passed }
    return { kind: 'failed', passed, place: placeOf(run, watch), end }
  } finally {
    child.kill()
  }
}

function placeOf({ framed, head }: UploadPackRun, watch: PacketWatch): AnswerPlace {
  if (!framed) return 'packet'
  return head !== undefined && watch.place === 'lines' ? 'side-band' : watch.place
}

function renderRequest(message: FetchMessage, request: FetchRequest): Uint8Array {
  return message.protocol === 2 ? renderFetchRequest(request) : renderUploadPackRequest({ ...message, request })
}

/** Takes git's own head off the answer; an answer that begins in another way is left whole. */
async function* withoutHead(chunks: AsyncIterable<Uint8Array>, head: Uint8Array | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  let begun: Buffer | undefined = head === undefined ? undefined : Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (begun === undefined || head === undefined) {
      yield chunk
      continue
    }
    begun = Buffer.concat([begun, chunk])
    if (begun.length < head.length) continue
    yield begun.subarray(0, head.length).equals(head) ? begun.subarray(head.length) : begun
    begun = undefined
  }
  if (begun !== undefined && begun.length > 0) yield begun
}
