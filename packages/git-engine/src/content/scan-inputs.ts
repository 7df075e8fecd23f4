import type { RefUpdate } from '@refward/core-policy'
import type { ScanInput } from '@refward/secret-scan'
import { pushRefused } from '../push/push-refused.ts'
import type { ListedObject } from './object-listing.ts'
import type { StreamedObject } from './object-stream.ts'
import type { ObjectWalk } from './object-walk.ts'
import type { PushContents } from './push-contents.ts'

/** What passes by a scan, and why it ended early if it did. */
export interface Passage {
  readonly walk: ObjectWalk
  readonly contents: PushContents
  readonly updates: readonly RefUpdate[]
  readonly ids: readonly string[]
  /** A scanner turns an error of its source into "incomplete"; the true reason is kept here. */
  failure: Error | undefined
}

/**
 * Everything of a push that could hold a secret: the ref names, then every new object of every type, in git's own bytes. One
 * pass: facts are gathered while the scanner reads.
 */
export async function* scanInputs(passage: Passage): AsyncGenerator<ScanInput> {
  try {
    for (const { ref } of passage.updates) yield inputOfName(ref)
    for await (const batch of passage.walk.list(passage.ids)) {
      for (const listed of batch) if (listed.kind !== 'edge') yield await inputOfObject(passage, listed)
    }
  } catch (error) {
    passage.failure = error instanceof Error ? error : new Error('the objects could not be read', { cause: error })
    throw passage.failure
  }
}

function inputOfName(ref: string): ScanInput {
  const bytes = Buffer.from(ref)
  return { meta: { id: ref, type: 'ref-name' }, size: bytes.length, chunks: bytes }
}

async function inputOfObject({ walk, contents }: Passage, listed: Exclude<ListedObject, { kind: 'edge' }>): Promise<ScanInput> {
  const object = await walk.contents.next()
  if (object.kind === 'missing') throw pushRefused('RW_OBJECTS_MISSING', { rule: 'objects.complete' }, { detail: object.id })
  contents.begin(listed, object)
  const { id, type, size } = object
  const meta = { id, type, ...(listed.kind === 'other' && listed.path !== '' ? { path: listed.path } : {}) }
  if (type !== 'commit' && type !== 'tag') return { meta, size, chunks: object.content }
  const chunks = await readWhole(object)
  contents.addHeaded(id, type, chunks)
  return { meta, size, chunks }
}

/** `PushContents.begin` has made sure that it is not large. */
async function readWhole({ content }: StreamedObject): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content
  const pieces: Uint8Array[] = []
  for await (const piece of content) pieces.push(piece)
  return Buffer.concat(pieces)
}
