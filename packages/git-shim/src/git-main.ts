import { writeSync } from 'node:fs'

import { escapeUntrusted, isRefwardError } from '@refward/core-policy'
import { remoteHelperWord } from '@refward/gate-render'

import { routeCommand } from './exec-plane/route-command.ts'
import { planGit } from './git/plan-git.ts'
import { renderProblems } from './git/render-problems.ts'
import { becomeGit } from './process/become-git.ts'

// Called by the front: the real git's path, then what stands behind `git`. Or by git itself, as its helper for a remote.
const [first = '', ...argv] = process.argv.slice(2)
if (first === remoteHelperWord) {
  const { runRemoteHelper } = await import('./remote-helper/run-remote-helper.ts')
  process.exitCode = await runRemoteHelper(argv)
} else {
  process.exitCode = await run(first)
}

/** @returns the exit code, when git did not take over. */
async function run(git: string): Promise<number> {
  const plan = planGit(argv)
  if (plan.kind === 'refuse') {
    writeSync(2, plan.text)
    return plan.status
  }
  try {
    const environment = await routeCommand(plan.argv, { git, directory: import.meta.dirname, environment: process.env })
    const failure = becomeGit(git, plan.argv, environment)
    writeSync(2, `fatal: refward: cannot run git: ${escapeUntrusted(failure)}\n`)
    return 127 // as a shell says that there is no such program
  } catch (error) {
    if (!isRefwardError(error)) throw error
    const { code, message, hint } = error
    writeSync(2, renderProblems([{ path: '', code, message, hint }]))
    return 128
  }
}
