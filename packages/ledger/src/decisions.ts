import { RefwardError, escapeUntrusted } from '@refward/core-policy'

import { requireAgent } from './agent-rows.ts'
import type { AuditLog, Recorded } from './audit-log.ts'
import type { Database } from './database.ts'
import { setObjectOwner } from './forge-objects.ts'
import { readDecision } from './history.ts'
import { clearOwner, setOwner } from './ownership.ts'
import { decisionId, optionalInteger } from './rows.ts'
import { keepTip } from './tips.ts'
import type { DecidedRef, DecisionId, DecisionInput, DecisionRecord, FinishInput, Operation, RefOutcome } from './types.ts'

export interface DecisionStore {
  decided(decision: DecisionInput): DecisionId
  finished(decision: DecisionId, outcome: FinishInput): void
}

/** Upstream's reasons come from hooks that anyone may have written. */
const messageCharacters = 500
/** A ref that passed is shorter. Of one that was refused, this much tells what it was. */
const refCharacters = 300
const READS: ReadonlySet<Operation> = new Set(['list', 'fetch', 'forge-read'])

export function createDecisionStore(database: Database, audit: AuditLog): DecisionStore {
  return {
    decided: (decision) =>
      database.write(() => {
        requireAgent(database, decision.agent)
        if (decision.outcome === 'permit') requireUnrevoked(database, decision.session)
        const id = nextDecisionId(database)
        const recorded = audit.append(toDecidedEvent(id, decision))
        insertDecision(database, id, decision, recorded)
        return id
      }),

    finished: (id, outcome) => {
      // What became of a reading changes nothing; of a change, the forge need not be asked when it is written here.
      const decision = requireOpen(database, id)
      const write = READS.has(decision.operation) ? database.writeLater : database.write
      write(() => {
        const refs = outcome.refs.map((ref) => pairOutcome(decision, ref))
        const recorded = audit.append({
          kind: 'finished',
          decision: id,
          request: decision.request,
          result: outcome.result,
          by: outcome.by ?? 'request',
          code: outcome.code,
          made: outcome.made && { kind: outcome.made.kind, number: outcome.made.number, id: outcome.made.id },
          refs: refs.map((ref) => ref.outcome),
        })
        closeDecision(database, id, outcome, recorded)
        for (const ref of refs) settleRef(database, decision, ref, recorded)
        if (outcome.made !== undefined) setObjectOwner(database, { agent: decision.agent, repo: decision.repo, made: outcome.made, since: recorded.at })
      })
    },
  }
}

/** A session that was revoked while its push was looked at gets no permit any more: the check and the permit are one transaction. */
function requireUnrevoked(database: Database, session: DecisionInput['session']): void {
  if (session === undefined) return
  const row = database.statement('SELECT revoked_at FROM sessions WHERE id = ?').get(session)
  if (row !== undefined && optionalInteger(row, 'revoked_at') !== undefined) throw new RefwardError('RW_SESSION_REVOKED', {})
}

function toDecidedEvent(id: DecisionId, decision: DecisionInput): Parameters<AuditLog['append']>[0] {
  const { request, agent, session, repo, operation, outcome, rules, codes, policy, action, target, credential } = decision
  const refs = decision.refs.map(({ kind, oldId, newId, rewrite, rule, code, ...named }) => ({ ref: cutRef(named.ref), kind, oldId, newId, rewrite, rule, code }))
  return { kind: 'decided', decision: id, request, agent, session, repo, operation, outcome, rules, codes, policy, refs, brings: decision.brings?.length, action, target: target && cutRef(target), credential }
}

// Decisions are never deleted, and the write lock is held: the next number is free.
function nextDecisionId(database: Database): DecisionId {
  const row = database.statement('SELECT coalesce(max(id), 0) + 1 AS id FROM decisions').get()
  return row === undefined ? (1 as DecisionId) : decisionId(row, 'id')
}

function insertDecision(database: Database, id: DecisionId, decision: DecisionInput, { seq, at }: Recorded): void {
  const { request, agent, session = null, repo, operation, outcome, policy = null, action = null } = decision
  const closed = outcome === 'deny'
  database
    .statement(
      `INSERT INTO decisions (id, request, agent, session, repo, operation, outcome, rules, codes, policy, decided_at, decided_seq, finished_at, finished_seq, action, target, digest)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(id, request, agent, session, repo, operation, outcome, JSON.stringify(decision.rules), JSON.stringify(decision.codes), policy, at, seq, closed ? at : null, closed ? seq : null, action, decision.target === undefined ? null : cutRef(decision.target), decision.digest ?? null)
  for (const [position, ref] of decision.refs.entries()) insertRef(database, id, position, ref)
  const brings = database.statement('INSERT INTO decision_brings (object_id, decision) VALUES (?, ?) ON CONFLICT DO NOTHING')
  for (const object of decision.brings ?? []) brings.run(object, id)
}

function insertRef(database: Database, id: DecisionId, position: number, ref: DecidedRef): void {
  database
    .statement('INSERT INTO decision_refs (decision, position, ref, kind, old_id, new_id, rewrite, rule, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(id, position, cutRef(ref.ref), ref.kind, ref.oldId, ref.newId, ref.rewrite ? 1 : 0, ref.rule, ref.code ?? null)
}

function cutRef(ref: string): string {
  return ref.slice(0, refCharacters)
}

function requireOpen(database: Database, id: DecisionId): DecisionRecord {
  const decision = readDecision(database, id)
  if (decision === undefined) throw fault(`decision ${id} was never made`)
  // INVARIANT: an outcome is told once. A second one would be told by code that executed a permit twice.
  if (decision.finishedSeq !== undefined) throw fault(`decision ${id} is finished already`)
  return decision
}

interface SettledRef {
  readonly decided: DecidedRef
  readonly outcome: RefOutcome
}

function pairOutcome(decision: DecisionRecord, outcome: RefOutcome): SettledRef {
  const decided = decision.refs.find(({ ref }) => ref === outcome.ref)
  if (decided === undefined) throw fault(`decision ${decision.id} is not about ${outcome.ref}`)
  const { ref, result, message } = outcome
  return { decided, outcome: { ref, result, ...(message !== undefined && { message: escapeUntrusted(message, messageCharacters) }) } }
}

function closeDecision(database: Database, id: DecisionId, outcome: FinishInput, { seq, at }: Recorded): void {
  database
    .statement('UPDATE decisions SET finished_at = ?, finished_seq = ?, result = ?, finish_code = ? WHERE id = ?')
    .run(at, seq, outcome.result, outcome.code ?? null, id)
}

function settleRef(database: Database, decision: DecisionRecord, { decided, outcome }: SettledRef, { at }: Recorded): void {
  const { agent, id, repo } = decision
  const { ref } = decided
  database.statement('UPDATE decision_refs SET result = ?, message = ? WHERE decision = ? AND ref = ?').run(outcome.result, outcome.message ?? null, id, ref)
  if (outcome.result !== 'accepted') return
  if (decided.kind === 'create') setOwner(database, { agent, repo, ref, since: at })
  if (decided.kind === 'delete') clearOwner(database, repo, ref)
  if (decided.kind === 'delete' || decided.rewrite) keepTip(database, { repo, ref, objectId: decided.oldId, replacedBy: decided.newId, agent, decision: id, keptAt: at })
}

function fault(message: string): RefwardError {
  return new RefwardError('RW_INTERNAL', {}, { cause: new Error(message) })
}
