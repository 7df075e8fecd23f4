import type { AgentName, RepoId } from '@refward/core-policy'

import type { Database } from './database.ts'
import { choice, integer, text } from './rows.ts'
import type { ForgeObject, Time } from './types.ts'

const kinds: readonly ForgeObject['kind'][] = ['pull', 'issue']

/** Pull requests and issues that this agent made in this repository through the gateway. */
export function listOwnedObjects(database: Database, agent: AgentName, repo: RepoId): readonly ForgeObject[] {
  const rows = database.statement('SELECT kind, number, object FROM forge_owners WHERE agent = ? AND repo = ? ORDER BY kind, number').all(agent, repo)
  return rows.map((row) => ({ kind: choice(row, 'kind', kinds), number: integer(row, 'number'), id: text(row, 'object') }))
}

/** Whether any agent made this very object through the gateway. */
export function hasObjectOwner(database: Database, repo: RepoId, { kind, number, id }: ForgeObject): boolean {
  return database.statement('SELECT 1 FROM forge_owners WHERE repo = ? AND kind = ? AND number = ? AND object = ?').get(repo, kind, number, id) !== undefined
}

export interface NewOwner {
  readonly agent: AgentName
  readonly repo: RepoId
  readonly made: ForgeObject
  readonly since: Time
}

/** One owner at a time: in a repository that was made again under its name, the number belongs to whoever made the later object. */
export function setObjectOwner(database: Database, { agent, repo, made, since }: NewOwner): void {
  const sql = `INSERT INTO forge_owners (repo, kind, number, object, agent, since) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (repo, kind, number) DO UPDATE SET object = excluded.object, agent = excluded.agent, since = excluded.since`
  database.statement(sql).run(repo, made.kind, made.number, made.id, agent, since)
}
