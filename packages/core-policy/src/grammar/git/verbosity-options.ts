import type { AllowedOption } from '../engine/table.ts'
import type { GitValue } from './git-value.ts'

/** Options of every command that is about the network. */
export const verbosityOptions: readonly AllowedOption<GitValue>[] = [
  { flag: '--verbose', short: '-v', repeats: 'list', help: 'say more' },
  { flag: '--quiet', short: '-q', repeats: 'list', help: 'say less' },
  { flag: '--progress', negatable: true, help: 'show progress, also where standard error is no terminal' },
]
