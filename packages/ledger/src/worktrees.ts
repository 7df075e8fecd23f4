import type { AgentName } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'

import { requireAgent } from './agent-rows.ts'
import type { AuditLog } from './audit-log.ts'
import type { Database, Row } from './database.ts'
import { agentName, integer, refName, repoId, text } from './rows.ts'
import type { MadeWorktree } from './types.ts'

export interface WorktreeStore {
  add(worktree: Omit<MadeWorktree, 'addedAt'>): MadeWorktree
  list(agent: AgentName | undefined): readonly MadeWorktree[]
  remove(path: string, removal: { readonly lost: readonly string[] }): MadeWorktree
}

/** Work trees that were made for agents: what is on record, and not what is on the disk. */
export function createWorktreeStore(database: Database, audit: AuditLog): WorktreeStore {
  const find = (path: string): MadeWorktree | undefined => {
    const row = database.statement('SELECT * FROM worktrees WHERE path = ?').get(path)
    return row && toWorktree(row)
  }

  const list = (agent?: AgentName): readonly MadeWorktree[] => {
    const where = agent === undefined ? '' : 'WHERE agent = ?'
    return database.statement(`SELECT * FROM worktrees ${where} ORDER BY path`).all(...(agent === undefined ? [] : [agent])).map(toWorktree)
  }

  return {
    add: ({ path, agent, repo, ref }) =>
      database.write(() => {
        if (requireAgent(database, agent).revokedAt !== undefined) throw new RefwardError('RW_AGENT_REVOKED', { agent })
        // One within another would go with it, whatever it holds, and could be changed by the other's agent.
        const present = list().find((other) => overlaps(other.path, path))
        if (present !== undefined) {
          throw new RefwardError('RW_WORKTREE_PLACE', { path, detail: describePlace(present, path), remedy: 'refward worktree remove takes it away, also from the record alone' })
        }
        const { at } = audit.append({ kind: 'worktree-added', agent, repo, ref, path })
        database.statement('INSERT INTO worktrees (path, agent, repo, ref, added_at) VALUES (?, ?, ?, ?, ?)').run(path, agent, repo, ref, at)
        return { path, agent, repo, ref, addedAt: at }
      }),

    list,

    remove: (path, { lost }) =>
      database.write(() => {
        const present = find(path)
        if (present === undefined) throw new RefwardError('RW_WORKTREE_UNKNOWN', { path })
        const { agent, repo, ref } = present
        audit.append({ kind: 'worktree-removed', agent, repo, ref, path, lost })
        database.statement('DELETE FROM worktrees WHERE path = ?').run(path)
        return present
      }),
  }
}

function overlaps(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
}

function describePlace(present: MadeWorktree, path: string): string {
  const owned = `a work tree of ${present.agent}`
  return present.path === path ? `it is the place of ${owned}` : `${owned} is at ${present.path}, and neither may lie within the other`
}

function toWorktree(row: Row): MadeWorktree {
  return { path: text(row, 'path'), agent: agentName(row, 'agent'), repo: repoId(row, 'repo'), ref: refName(row, 'ref'), addedAt: integer(row, 'added_at') }
}
