import { type Problem, asksForHelp, parseGit, renderGit } from '@refward/core-policy'

import { exitStatusOf } from './exit-status.ts'
import { findRemoteCommand } from './find-remote-command.ts'
import { renderProblems } from './render-problems.ts'

/** What becomes of a command line. */
export type GitPlan =
  /** The real git, with these arguments. */
  | { readonly kind: 'run'; readonly argv: readonly string[] }
  /** Nothing is run. */
  | { readonly kind: 'refuse'; readonly status: 128 | 129; readonly text: string }

/**
 * Decides about everything that stands behind `git`. A remote command is built anew in normal form from what was read; local commands and requests for help
 * stay as they are.
 */
export function planGit(argv: readonly string[]): GitPlan {
  const start = findRemoteCommand(argv)
  if (start === undefined || asksForHelp(argv.slice(start))) return { kind: 'run', argv }
  const parsed = parseGit(argv)
  return parsed.kind === 'ok' ? { kind: 'run', argv: renderGit(parsed.value) } : refuse(parsed.problems)
}

function refuse(problems: readonly Problem[]): GitPlan {
  return { kind: 'refuse', status: exitStatusOf(problems), text: renderProblems(problems) }
}
