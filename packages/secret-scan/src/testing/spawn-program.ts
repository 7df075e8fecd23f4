import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { buffer, text } from 'node:stream/consumers'
import type { ProgramResult, RunProgram } from '../gitleaks/run-program.ts'

/** Runs a program as the contract of {@link RunProgram} says, in so far as tests need it. */
export const spawnProgram: RunProgram = async (program, args, stdin, { signal }): Promise<ProgramResult> => {
  const child = spawn(program, args, { env: {}, cwd: '/', signal })
  const closed = once(child, 'close')
  // All at once, as a program reads it that was slow to start.
  const fed = pipeline(Readable.from([await buffer(stdin)]), child.stdin).then(
    () => undefined,
    (error: unknown) => {
      const isUnread =
        error instanceof Error &&
        'code' in error &&
        (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')
      if (isUnread) return
      child.kill('SIGKILL')
      throw error
    },
  )
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), closed, fed])
  const code: unknown = end[0]
  if (typeof code !== 'number') throw new Error('the program was ended by a signal')
  return { code, stdout, stderr }
}

/** Where gitleaks is: on PATH, or where `go install` puts it. */
export function findGitleaks(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), join(process.env['HOME'] ?? '/', 'go', 'bin')]
  return folders.map((folder) => join(folder, 'gitleaks')).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
