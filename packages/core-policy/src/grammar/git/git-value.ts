import type { CommandTable, ParsedCommand } from '../engine/table.ts'
import type { FilterValue, PathValue } from '../values/git-types.ts'
import type { CountValue, TextValue, WordValue } from '../values/plain-types.ts'
import type { LeaseValue, RefTextValue, RefspecValue } from '../values/ref-types.ts'
import type { RemoteValue } from '../values/remote-types.ts'

/** Every type of value in git's tables. */
export type GitValue = CountValue | FilterValue | LeaseValue | PathValue | RefTextValue | RefspecValue | RemoteValue | TextValue | WordValue

/** The operations that reach another repository. */
export type GitOperation = 'push' | 'fetch' | 'pull' | 'ls-remote' | 'remote update' | 'clone' | 'submodule update'

export interface GitTable extends CommandTable<GitValue> {
  readonly operation: GitOperation
}

/** A command line of git that was read. */
export interface GitCommand extends ParsedCommand<GitValue> {
  readonly operation: GitOperation
}
