import type { AgentName, RefName, RepoId } from '@refward/core-policy'

import type { AuditLog } from './audit-log.ts'
import type { Database } from './database.ts'
import { integer, refName, repoId, text } from './rows.ts'
import type { OwnedBranch, Time } from './types.ts'

export interface OwnershipStore {
  owned(agent: AgentName, repo: RepoId): ReadonlySet<string>
  own(agent: AgentName, repo: RepoId, ref: RefName): void
  disown(repo: RepoId, ref: RefName): void
}

export function createOwnershipStore(database: Database, audit: AuditLog): OwnershipStore {
  return {
    owned: (agent, repo) => {
      const rows = database.statement('SELECT ref FROM branch_owners WHERE agent = ? AND repo = ?').all(agent, repo)
      return new Set(rows.map((row) => text(row, 'ref')))
    },
    own: (agent, repo, ref) =>
      database.write(() => {
        const { at } = audit.append({ kind: 'branch-owned', agent, repo, ref })
        setOwner(database, { agent, repo, ref, since: at })
      }),
    disown: (repo, ref) =>
      database.write(() => {
        audit.append({ kind: 'branch-disowned', repo, ref })
        clearOwner(database, repo, ref)
      }),
  }
}

export function listAgentBranches(database: Database, agent: AgentName): readonly OwnedBranch[] {
  const rows = database.statement('SELECT repo, ref, since FROM branch_owners WHERE agent = ? ORDER BY repo, ref').all(agent)
  return rows.map((row) => ({ repo: repoId(row, 'repo'), ref: refName(row, 'ref'), since: integer(row, 'since') }))
}

export interface Owner {
  readonly agent: AgentName
  readonly repo: RepoId
  readonly ref: string
  readonly since: Time
}

/** One owner at a time: whoever created the ref last. */
export function setOwner(database: Database, owner: Owner): void {
  const sql = `INSERT INTO branch_owners (repo, ref, agent, since) VALUES (?, ?, ?, ?)
    ON CONFLICT (repo, ref) DO UPDATE SET agent = excluded.agent, since = excluded.since`
  database.statement(sql).run(owner.repo, owner.ref, owner.agent, owner.since)
}

export function clearOwner(database: Database, repo: RepoId, ref: string): void {
  database.statement('DELETE FROM branch_owners WHERE repo = ? AND ref = ?').run(repo, ref)
}
