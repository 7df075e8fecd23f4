import { ghRows } from './gh-rows.ts'
import { gitRows } from './git-rows.ts'
import type { MatrixRow } from './row.ts'
import { securityRows } from './security-rows.ts'

/** The matrix of design 14. */
export const rows: readonly MatrixRow[] = [...gitRows, ...ghRows, ...securityRows]
