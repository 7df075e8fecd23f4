import { fileURLToPath } from 'node:url'
import { printProblem } from '../bootstrap/problem.mjs'
import { runForeground } from '../bootstrap/run.mjs'
import { ensureProgram } from '../programs/ensure-program.ts'
import { gitea } from '../programs/gitea.ts'

// Runs the matrix on a real Gitea, which is built first where it is missing: `npm run -s e2e`.
try {
  await ensureProgram(gitea)
  const argv = ['--conditions=refward-source', 'e2e/src/matrix/main.ts', ...process.argv.slice(2)]
  await runForeground({ command: process.execPath, argv, cwd: fileURLToPath(new URL('../..', import.meta.url)), env: process.env })
} catch (error) {
  printProblem(error)
  process.exitCode = 1
}
