export { type DataLock, lockDataDirectory } from './data-lock.ts'
export { type KeyFileOptions, loadKeyFile } from './key-file.ts'
export { openLedger } from './open-ledger.ts'
export type { LedgerOptions } from './open-ledger.ts'
export { sessionTokenPattern } from './token.ts'
export type {
  Agent,
  AgentDetails,
  AuditBreak,
  AuditHead,
  AuditLine,
  AuditVerdict,
  CredentialUse,
  DecidedRef,
  DecisionId,
  DecisionInput,
  DecisionRecord,
  FinishInput,
  ForgeObject,
  GatewayEvent,
  HistoryQuery,
  IssuedSession,
  KeptTip,
  Ledger,
  MadeWorktree,
  Operation,
  OwnedBranch,
  RefOutcome,
  Session,
  SessionScope,
  SharedRoot,
  SessionLookup,
  TipId,
  TipQuery,
  Time,
} from './types.ts'
