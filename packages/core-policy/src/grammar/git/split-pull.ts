import { type ParsedOption, isRefusedOption } from '../engine/table.ts'
import { fetchTable } from './fetch-table.ts'
import type { GitCommand, GitValue } from './git-value.ts'

/** A pull in its halves. */
export interface PullParts {
  /** What is fetched. */
  readonly fetch: GitCommand
  /** Options of the merge or rebase behind it. */
  readonly local: readonly ParsedOption<GitValue>[]
}

/** Takes a pull apart. What both halves know (--quiet, --verbose, --progress) is in both. */
export function splitPull(pull: GitCommand): PullParts {
  const known = new Set(fetchTable.options.flatMap((option) => (isRefusedOption(option) ? [] : [option.flag])))
  const { words, operation } = fetchTable
  return {
    fetch: { operation, words, options: pull.options.filter(({ flag }) => known.has(flag)), positionals: pull.positionals },
    local: pull.options.filter(({ flag }) => !known.has(flag) || SHARED.has(flag)),
  }
}

const SHARED: ReadonlySet<string> = new Set(['--quiet', '--verbose', '--progress'])
