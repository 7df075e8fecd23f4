import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { createAgentStore } from './agents.ts'
import { createAuditLog, toAuditHead } from './audit-log.ts'
import { verifyChain } from './audit-verify.ts'
import { openDatabase } from './database.ts'
import { createDecisionStore } from './decisions.ts'
import { hasObjectOwner, listOwnedObjects } from './forge-objects.ts'
import { findDecisions, findOpenDecisions, findOpenForgeDecisions } from './history.ts'
import { loadKeyFile } from './key-file.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'
import { createOwnershipStore } from './ownership.ts'
import { ensurePrivateDirectory, ensurePrivateFile } from './private-files.ts'
import { createSessionStore, listBoundSessions, listSessionsOf } from './sessions.ts'
import { createTipStore } from './tips.ts'
import type { Ledger, Time } from './types.ts'
import { createWorktreeStore } from './worktrees.ts'

export interface LedgerOptions {
  /** The database file. Its directory, and `audit.key` in it, are made with it. */
  readonly path: string
  readonly clock: () => Time
  /** Must be fit for secrets: `node:crypto`'s randomBytes. */
  readonly randomBytes: (size: number) => Uint8Array
}

/**
 * Opens the ledger, or makes a new one. Several processes may have one ledger open: each change is one transaction, and nothing is
 * cached between calls. Throws RW_LEDGER_SCHEMA, RW_LEDGER_CORRUPT, RW_LEDGER_KEY, RW_LEDGER_UNAVAILABLE, RW_DATA_EXPOSED, RW_DISK_FULL.
 */
export function openLedger({ path, clock, randomBytes }: LedgerOptions): Ledger {
  const directory = dirname(path)
  ensurePrivateDirectory(directory)
  // Only a new ledger may have a new key: any other would make each of its older lines look forged. It is in a file of its own so that
  // whoever can write the database alone (a restored copy, an SQL shell, a bug) cannot make a chain that verifies.
  const key = loadKeyFile({ path: join(directory, 'audit.key'), create: !existsSync(path), randomBytes })
  ensurePrivateFile(path)
  const database = openDatabase(path)
  const audit = createAuditLog({ database, key, clock })
  try {
    migrate({ database, migrations, now: clock(), onMigrated: (from, to) => audit.append({ kind: 'ledger-migrated', from, to }) })
  } catch (error) {
    database.close()
    throw error
  }
  const agents = createAgentStore(database, audit)
  const sessions = createSessionStore({ database, audit, clock, randomBytes })
  const ownership = createOwnershipStore(database, audit)
  const decisions = createDecisionStore(database, audit)
  const tips = createTipStore(database, audit)
  const worktrees = createWorktreeStore(database, audit)

  // Asynchronous outside, so that a ledger on a database server can stand in its place. SQLite itself answers at once.
  return {
    addAgent: async (agent) => agents.add(agent),
    listAgents: async () => agents.list(),
    showAgent: async (name) => agents.show(name),
    revokeAgent: async (name) => agents.revoke(name),
    createSession: async (agent, options) => sessions.create(agent, options),
    boundSessions: async () => database.read(() => listBoundSessions(database, clock())),
    listSessions: async (agent) => database.read(() => listSessionsOf(database, agent).toReversed()),
    extendSession: async (session, lifetime) => sessions.extend(session, lifetime),
    findSession: async (token) => sessions.find(token),
    touchSession: async (session) => sessions.touch(session),
    revokeSession: async (session) => sessions.revoke(session),
    addWorktree: async (worktree) => worktrees.add(worktree),
    listWorktrees: async (agent) => worktrees.list(agent),
    removeWorktree: async (path, removal) => worktrees.remove(path, removal),
    ownedBranches: async (agent, repo) => ownership.owned(agent, repo),
    ownBranch: async (agent, repo, ref) => ownership.own(agent, repo, ref),
    disownBranch: async (repo, ref) => ownership.disown(repo, ref),
    ownedObjects: async (agent, repo) => listOwnedObjects(database, agent, repo),
    isOwnedObject: async (repo, object) => hasObjectOwner(database, repo, object),
    decided: async (decision) => decisions.decided(decision),
    finished: async (decision, outcome) => decisions.finished(decision, outcome),
    openDecisions: async () => findOpenDecisions(database),
    openForgeDecisions: async () => findOpenForgeDecisions(database),
    history: async (query) => findDecisions(database, query),
    listTips: async (query) => tips.list(query),
    takeTip: async (tip, decision) => tips.take(tip, decision),
    dropTips: async (ids) => tips.drop(ids),
    record: async (event) => database.write(() => void audit.append(event)),
    readAudit: async (range) => audit.read(range),
    followAudit: (options) => audit.follow(options),
    auditHead: async () => toAuditHead(audit.end().head),
    verifyAudit: (expect) => verifyChain({ audit, key, expect }),
    close: () => database.close(),
  }
}
