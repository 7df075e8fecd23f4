import { Problem, printProblem } from '../bootstrap/problem.mjs'
import { ensureProgram } from './ensure-program.ts'
import { gitea } from './gitea.ts'
import { gitleaks } from './gitleaks.ts'

// Provides one program and prints its path: `npm run -s gitea`.
try {
  const name = process.argv[2]
  const program = [gitea, gitleaks].find((candidate) => candidate.name === name)
  if (program === undefined) throw new Problem(`there is no program ${JSON.stringify(name)}`, 'use gitea or gitleaks')
  process.stdout.write(`${await ensureProgram(program)}\n`)
} catch (error) {
  printProblem(error)
  process.exitCode = 1
}
