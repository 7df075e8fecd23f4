/**
 * The schema, step by step. A step that was released is never edited: later ones are added below it.
 *
 * One schema is meant to serve SQLite and PostgreSQL. So times are integers (milliseconds), ids of objects and hashes are lower-case
 * hexadecimal text, truth values are 0 and 1, lists are JSON text, and nothing relies on rowids, type affinity or collation. What is
 * SQLite's own here is spelling: STRICT, WITHOUT ROWID, RAISE.
 */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly statements: readonly string[]
}

const agentsAndSessions: readonly string[] = [
  `CREATE TABLE agents (
    name TEXT NOT NULL PRIMARY KEY,
    added_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT`,
  `CREATE TABLE grants (
    agent TEXT NOT NULL REFERENCES agents (name),
    position INTEGER NOT NULL,
    repository TEXT NOT NULL,
    PRIMARY KEY (agent, position)
  ) STRICT`,
  `CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    agent TEXT NOT NULL REFERENCES agents (name),
    token_hash BLOB NOT NULL CHECK (length(token_hash) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    last_used_at INTEGER
  ) STRICT`,
  'CREATE INDEX sessions_by_agent ON sessions (agent)',
  `CREATE TABLE branch_owners (
    repo TEXT NOT NULL,
    ref TEXT NOT NULL,
    agent TEXT NOT NULL REFERENCES agents (name),
    since INTEGER NOT NULL,
    PRIMARY KEY (repo, ref)
  ) STRICT`,
  'CREATE INDEX branch_owners_by_agent ON branch_owners (agent, repo)',
]

const decisions: readonly string[] = [
  `CREATE TABLE decisions (
    id INTEGER NOT NULL PRIMARY KEY,
    request TEXT NOT NULL,
    agent TEXT NOT NULL,
    session TEXT,
    repo TEXT NOT NULL,
    operation TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('permit', 'deny')),
    rules TEXT NOT NULL,
    codes TEXT NOT NULL,
    policy TEXT,
    decided_at INTEGER NOT NULL,
    decided_seq INTEGER NOT NULL,
    finished_at INTEGER,
    finished_seq INTEGER,
    result TEXT,
    finish_code TEXT
  ) STRICT`,
  'CREATE INDEX decisions_open ON decisions (id) WHERE finished_seq IS NULL',
  'CREATE INDEX decisions_by_repo ON decisions (repo, id)',
  'CREATE INDEX decisions_by_agent ON decisions (agent, id)',
  'CREATE INDEX decisions_by_request ON decisions (request)',
  // A refused push may name one ref twice.
  `CREATE TABLE decision_refs (
    decision INTEGER NOT NULL REFERENCES decisions (id),
    position INTEGER NOT NULL,
    ref TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('create', 'update', 'delete')),
    old_id TEXT NOT NULL,
    new_id TEXT NOT NULL,
    rewrite INTEGER NOT NULL CHECK (rewrite IN (0, 1)),
    rule TEXT NOT NULL,
    code TEXT,
    result TEXT,
    message TEXT,
    PRIMARY KEY (decision, position)
  ) STRICT`,
  'CREATE INDEX decision_refs_by_ref ON decision_refs (ref, decision)',
  'CREATE INDEX decision_refs_by_old ON decision_refs (old_id)',
  'CREATE INDEX decision_refs_by_new ON decision_refs (new_id)',
  `CREATE TABLE decision_brings (
    object_id TEXT NOT NULL,
    decision INTEGER NOT NULL REFERENCES decisions (id),
    PRIMARY KEY (object_id, decision)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE kept_tips (
    id INTEGER NOT NULL PRIMARY KEY,
    repo TEXT NOT NULL,
    ref TEXT NOT NULL,
    object_id TEXT NOT NULL,
    replaced_by TEXT NOT NULL,
    agent TEXT NOT NULL,
    decision INTEGER NOT NULL REFERENCES decisions (id),
    kept_at INTEGER NOT NULL,
    taken_at INTEGER,
    taken_by INTEGER REFERENCES decisions (id),
    dropped_at INTEGER,
    UNIQUE (decision, ref)
  ) STRICT`,
  'CREATE INDEX kept_tips_by_ref ON kept_tips (repo, ref)',
  'CREATE INDEX kept_tips_by_age ON kept_tips (kept_at) WHERE dropped_at IS NULL',
]

const audit: readonly string[] = [
  `CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY,
    line TEXT NOT NULL,
    hash TEXT NOT NULL,
    mac TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE audit_head (
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    mac TEXT NOT NULL
  ) STRICT`,
  // The triggers stop a mistake, here or in an operator's shell. Whoever means harm can drop them, and is found by the chain.
  `CREATE TRIGGER audit_is_not_updated BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
  `CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
  // INSERT OR REPLACE deletes without asking a delete trigger; this one refuses every place but the next.
  `CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
]

/** What a launcher says of a session: what it is narrowed to, and which directories it shares with the gateway. */
const launcherSessions: readonly string[] = [
  "ALTER TABLE sessions ADD COLUMN mode TEXT CHECK (mode IN ('private', 'public'))",
  'ALTER TABLE sessions ADD COLUMN peer TEXT',
  `CREATE TABLE session_grants (
    session TEXT NOT NULL REFERENCES sessions (id),
    position INTEGER NOT NULL,
    repository TEXT NOT NULL,
    PRIMARY KEY (session, position)
  ) STRICT`,
  `CREATE TABLE session_roots (
    session TEXT NOT NULL REFERENCES sessions (id),
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    repository TEXT,
    PRIMARY KEY (session, position)
  ) STRICT`,
]

// Decisions on the forge plane, and what was made by them. The forge's own id of an object stands beside its number, because numbers begin
// anew in a repository that was deleted and made again.
const forgeObjects: readonly string[] = [
  'ALTER TABLE decisions ADD COLUMN action TEXT',
  'ALTER TABLE decisions ADD COLUMN target TEXT',
  // Of what is written, which itself is not kept: enough to know it again on the forge.
  'ALTER TABLE decisions ADD COLUMN digest TEXT',
  `CREATE TABLE forge_owners (
    repo TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pull', 'issue')),
    number INTEGER NOT NULL,
    object TEXT NOT NULL,
    agent TEXT NOT NULL REFERENCES agents (name),
    since INTEGER NOT NULL,
    PRIMARY KEY (repo, kind, number)
  ) STRICT`,
  'CREATE INDEX forge_owners_by_agent ON forge_owners (agent, repo)',
]

/** Work trees that were made for agents. One that was removed has no row; the audit tells of it. */
const madeWorktrees: readonly string[] = [
  `CREATE TABLE worktrees (
    path TEXT NOT NULL PRIMARY KEY,
    agent TEXT NOT NULL REFERENCES agents (name),
    repo TEXT NOT NULL,
    ref TEXT NOT NULL,
    added_at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX worktrees_by_agent ON worktrees (agent)',
]

/** Sessions that are good over a socket of one user alone. */
const boundSessions: readonly string[] = ['ALTER TABLE sessions ADD COLUMN uid INTEGER', 'CREATE INDEX sessions_bound ON sessions (expires_at) WHERE uid IS NOT NULL AND revoked_at IS NULL']

export const migrations: readonly Migration[] = [
  { number: 1, name: 'agents, sessions, decisions, tips, audit', statements: [...agentsAndSessions, ...decisions, ...audit] },
  { number: 2, name: 'sessions of launchers', statements: launcherSessions },
  { number: 3, name: 'pull requests and issues', statements: forgeObjects },
  { number: 4, name: 'work trees', statements: madeWorktrees },
  { number: 5, name: 'sessions of one user', statements: boundSessions },
]
