import type { GitChild } from './spawn-git.ts'

/**
 * Writes to a child and waits while it is not ready for more.
 *
 * @returns false when the child reads no more, because it has ended or is ending; its `end` says why.
 */
export async function feedGit(child: GitChild, chunk: Uint8Array | string): Promise<boolean> {
  const { stdin } = child
  if (!stdin.writable) return false
  if (stdin.write(chunk)) return true
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stdin.off('drain', done).off('close', done)
      resolve()
    }
    stdin.on('drain', done).on('close', done)
  })
  return stdin.writable
}
