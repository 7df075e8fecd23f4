// The one way in: `node scripts/bootstrap.mjs <job> [arguments]`, on any Node.js from 20 on and with nothing installed.
// It provides what the job needs, says what it does on stderr, and hands over; when nothing has changed it only looks.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureApp } from './bootstrap/app.mjs'
import { requireGit } from './bootstrap/git.mjs'
import { ensureInstalled } from './bootstrap/install.mjs'
import { jobFor } from './bootstrap/jobs.mjs'
import { printProblem } from './bootstrap/problem.mjs'
import { jobEnvironment, runForeground } from './bootstrap/run.mjs'
import { ensureToolchain } from './bootstrap/toolchain.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

try {
  const job = jobFor(process.argv.slice(2))
  requireGit()
  const toolchain = await ensureToolchain(root)
  await ensureInstalled(root, toolchain)
  if (job.needsApp) await ensureApp(root, toolchain)
  if (job.argv.length > 0) {
    const env = jobEnvironment(process.env, toolchain)
    await runForeground({ command: toolchain.node, argv: job.argv, cwd: root, env })
  }
} catch (error) {
  printProblem(error)
  process.exitCode = 1
}
