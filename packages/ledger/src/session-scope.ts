import type { SessionId } from '@refward/core-policy'

import type { Database } from './database.ts'
import { withoutUndefined } from './optional.ts'
import { optionalRepoId, text } from './rows.ts'
import type { SessionScope, SharedRoot } from './types.ts'

// The lists of what a session is narrowed to. No row means that nothing was said: an empty list is never written.

export function insertScope(database: Database, session: SessionId, { repositories = [], roots = [] }: SessionScope): void {
  const grant = database.statement('INSERT INTO session_grants (session, position, repository) VALUES (?, ?, ?)')
  for (const [position, repository] of repositories.entries()) grant.run(session, position, repository)
  const root = database.statement('INSERT INTO session_roots (session, position, path, repository) VALUES (?, ?, ?, ?)')
  for (const [position, { path, repository }] of roots.entries()) root.run(session, position, path, repository ?? null)
}

export function readGrants(database: Database, session: SessionId): readonly string[] | undefined {
  const rows = database.statement('SELECT repository FROM session_grants WHERE session = ? ORDER BY position').all(session)
  return rows.length === 0 ? undefined : rows.map((row) => text(row, 'repository'))
}

export function readRoots(database: Database, session: SessionId): readonly SharedRoot[] | undefined {
  const rows = database.statement('SELECT path, repository FROM session_roots WHERE session = ? ORDER BY position').all(session)
  if (rows.length === 0) return undefined
  return rows.map((row) => withoutUndefined({ path: text(row, 'path'), repository: optionalRepoId(row, 'repository') }))
}
