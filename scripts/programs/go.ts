import { environmentWithHome } from '../bootstrap/home.mjs'
import { Problem, problemFromOutput } from '../bootstrap/problem.mjs'
import { runCaptured } from '../bootstrap/run.mjs'
import { findOnPath } from './find-on-path.ts'

/** Where Go's own installer puts it, which is on few people's path. */
const usualPlace = '/usr/local/go/bin'

/** The Go command, if this machine has one. */
export function findGo(env: NodeJS.ProcessEnv): string | undefined {
  return findOnPath('go', `${env['PATH'] ?? ''}:${usualPlace}`)
}

/** Runs the Go command in `folder`, which also holds its home where the machine has none; modules stay deletable. */
export async function runGo(folder: string, argv: readonly string[], extra: NodeJS.ProcessEnv = {}): Promise<string> {
  const command = findGo(process.env)
  if (command === undefined) throw new Problem('go was not found', 'install Go 1.26 or newer')
  const env = { ...environmentWithHome(process.env, folder), GOFLAGS: '-modcacherw', ...extra }
  const { ok, output } = await runCaptured({ command, argv, cwd: folder, env })
  if (!ok) throw problemFromOutput(`go ${argv[0] ?? ''}`, output)
  return output
}
