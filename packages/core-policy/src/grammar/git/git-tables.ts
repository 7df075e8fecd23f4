import { cloneTable } from './clone-table.ts'
import { fetchTable } from './fetch-table.ts'
import type { GitOperation, GitTable } from './git-value.ts'
import { lsRemoteTable } from './ls-remote-table.ts'
import { pullTable } from './pull-table.ts'
import { pushTable } from './push-table.ts'
import { remoteUpdateTable } from './remote-update-table.ts'
import { submoduleUpdateTable } from './submodule-update-table.ts'

const byOperation: Readonly<Record<GitOperation, GitTable>> = {
  push: pushTable,
  fetch: fetchTable,
  pull: pullTable,
  'ls-remote': lsRemoteTable,
  'remote update': remoteUpdateTable,
  clone: cloneTable,
  'submodule update': submoduleUpdateTable,
}

/** Every operation of git that reaches another repository. */
export const gitTables: readonly GitTable[] = Object.values(byOperation)

export function gitTableOf(operation: GitOperation): GitTable {
  return byOperation[operation]
}
