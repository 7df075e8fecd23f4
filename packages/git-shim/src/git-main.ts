import { writeSync } from 'node:fs'

import { escapeUntrusted } from '@refward/core-policy'

import { planGit } from './git/plan-git.ts'
import { becomeGit } from './process/become-git.ts'

// Called by the front: the real git's path, then what stands behind `git`.
const [git = '', ...argv] = process.argv.slice(2)
const plan = planGit(argv)
if (plan.kind === 'refuse') {
  writeSync(2, plan.text)
  process.exitCode = plan.status
} else {
  const failure = becomeGit(git, plan.argv)
  writeSync(2, `fatal: refward: cannot run git: ${escapeUntrusted(failure)}\n`)
  process.exitCode = 127 // as a shell says that there is no such program
}
