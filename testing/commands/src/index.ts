import { fetchRows } from './accepted/fetch-rows.ts'
import { cloneRows, globalRows, lsRemoteRows, remoteUpdateRows, submoduleUpdateRows } from './accepted/other-rows.ts'
import { pullRows } from './accepted/pull-rows.ts'
import { pushRows } from './accepted/push-rows.ts'
import { deniedRows, unknownRows } from './refused/option-rows.ts'
import { addressRows, combinationRows, valueRows } from './refused/value-rows.ts'
import type { AcceptedRow, RefusedRow } from './row.ts'

export { type AcceptedRow, type Place, type RefusedRow, wordsOf } from './row.ts'
export { type CommandWorld, buildCommandWorld } from './world/command-world.ts'

/** Command lines that are accepted, with their normal form. */
export const acceptedCommands: readonly AcceptedRow[] = [...pushRows, ...fetchRows, ...pullRows, ...lsRemoteRows, ...remoteUpdateRows, ...cloneRows, ...submoduleUpdateRows, ...globalRows]

/** Command lines that are refused, with the code. */
export const refusedCommands: readonly RefusedRow[] = [...deniedRows, ...unknownRows, ...valueRows, ...addressRows, ...combinationRows]
