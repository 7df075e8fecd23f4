import type { ObjectsFact } from '@refward/core-policy'
import type { ObjectStore } from '../process/git-environment.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'
import { spawnGit } from '../process/spawn-git.ts'
import type { PackedObject } from '../quarantine/pack-index.ts'
import { pushRefused } from '../push/push-refused.ts'
import { readObjectListing } from './object-listing.ts'

export interface SentInput {
  readonly git: GitRuntime
  readonly gitDir: string
  readonly objects: ObjectStore
  readonly known: readonly string[]
  readonly sent: readonly PackedObject[]
  readonly signal: AbortSignal
}

const BYTES_PER_ANSWER = 128

/**
 * Objects of the pack that are not part of what the new values bring. Those that the mirror holds do no harm: a client that
 * has not fetched sends again what the upstream has already. Others would lie on the forge unseen (CVE-2025-54586).
 */
export async function findUnreachable(input: SentInput, reached: ReadonlySet<string>): Promise<ObjectsFact['unreachable']> {
  const extra = input.sent.filter(({ id }) => !reached.has(id)).map(({ id }) => id)
  if (extra.length === 0) return undefined
  // Without the quarantine: only what the mirror itself holds counts.
  const call = { command: 'cat-file', gitDir: input.gitDir, flags: { '--batch-check': '%(objectname)', '--buffer': true } } as const
  const { stdout } = await runGit(input.git, call, {
    input: `${extra.join('\n')}\n`,
    signal: input.signal,
    maxOutputBytes: extra.length * BYTES_PER_ANSWER,
  })
  const missing = [...stdout.toString('latin1').matchAll(/^([0-9a-f]{40}) missing$/gm)].map(([, id]) => id)
  const [example] = missing
  return example === undefined ? undefined : { count: missing.length, example }
}

/**
 * Refuses a push that reaches objects which the client neither sent nor may see. The mirror holds more than a session is shown
 * (hidden refs, tips kept for undo), and a ref that is pushed to such an id would make it readable.
 *
 * A client may leave out what lies in the history that it was shown, even where git lists it as new (a file that comes back
 * after it was removed), so those are looked for in that history. It is seldom needed.
 */
export async function checkSent(input: SentInput, reached: ReadonlySet<string>): Promise<void> {
  const sent = new Set(input.sent.map(({ id }) => id))
  const absent = new Set([...reached].filter((id) => !sent.has(id)))
  if (absent.size === 0) return
  await removeKnown(input, absent)
  const [example] = absent
  if (example === undefined) return
  throw pushRefused('RW_OBJECTS_MISSING', { rule: 'objects.sent' }, { detail: `object ${example} was not sent, and no ref that you are shown has it` })
}

async function removeKnown({ git, gitDir, known, signal }: SentInput, absent: Set<string>): Promise<void> {
  const child = spawnGit(git, { command: 'rev-list', gitDir, flags: { '--objects': true, '--stdin': true } }, { signal })
  child.stdin.end(known.map((id) => `${id}\n`).join(''))
  try {
    for await (const batch of readObjectListing(child.stdout)) {
      for (const { id } of batch) absent.delete(id)
      if (absent.size === 0) return
    }
  } finally {
    child.kill()
    await child.end
  }
}
