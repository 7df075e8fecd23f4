import { execFile } from 'node:child_process'
import { chmod, mkdtemp, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A place in a hook of the forge where it waits until a test lets it go on. */
export interface HookGate {
  /** What the hook runs to wait. */
  readonly script: string
  /** Resolves when the hook is there. */
  readonly reached: Promise<void>
  open(): Promise<void>
}

/** Two pipes with names, in a directory that both sides can reach: one for the hook's word that it is there, one for the word to go on. */
export async function createGate(directory: string): Promise<HookGate> {
  const place = await mkdtemp(join(directory, 'gate-'))
  const there = join(place, 'there')
  const go = join(place, 'go')
  await promisify(execFile)('mkfifo', ['-m', '666', there, go])
  // The forge runs as another user.
  await chmod(place, 0o755)
  return {
    script: `echo > '${there}'; cat '${go}' > /dev/null`,
    // To the end: a hook that writes to a pipe whose reader has gone is ended by SIGPIPE, and that refuses the push.
    reached: readFile(there).then(() => undefined),
    open: async () => (await open(go, 'w')).close(),
  }
}
