import { Problem, printProblem } from '../bootstrap/problem.mjs'
import { gitea } from './gitea.ts'
import { gitleaks } from './gitleaks.ts'

// Provides one program and prints its path: `npm run -s gitea`.
try {
  const name = process.argv[2]
  const program = [gitea, gitleaks].find((candidate) => candidate.name === name)
  if (program === undefined) throw new Problem(`there is no program ${JSON.stringify(name)}`, 'use gitea or gitleaks')
  const lacks = program.find() === undefined ? program.lacks() : []
  if (lacks.length > 0) throw new Problem(`${program.name} cannot be built without ${lacks.join(' and ')}`, program.remedy)
  process.stdout.write(`${program.find() ?? (await program.provide())}\n`)
} catch (error) {
  printProblem(error)
  process.exitCode = 1
}
