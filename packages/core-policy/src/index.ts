export { assertNever } from './assert-never.ts'
export type { Parsed, Problem } from './parsed.ts'

export { errorTable } from './errors/error-table.ts'
export type { ErrorEntry, ErrorValues, RefwardCode } from './errors/error-table.ts'
export { escapeUntrusted, quoteUntrusted } from './errors/quote-untrusted.ts'
export { createRefusal, renderRefusal, renderStatusReason } from './errors/refusal.ts'
export type { Refusal, RefusalSource } from './errors/refusal.ts'
export { RefwardError, isRefwardError } from './errors/refward-error.ts'
export { renderBytes } from './errors/render-template.ts'

export { parseAgentName, parseForgeName, parseRequestId, parseSessionId } from './ids/names.ts'
export type { AgentName, ForgeName, RequestId, SessionId } from './ids/names.ts'
export { parseObjectId, ZERO_ID } from './ids/object-id.ts'
export type { ObjectId, ZeroId } from './ids/object-id.ts'
export { parseRefName } from './ids/ref-name.ts'
export type { RefName } from './ids/ref-name.ts'
export { parseRepoId } from './ids/repo-id.ts'
export type { RepoId, RepoRef } from './ids/repo-id.ts'

export { configJsonSchema } from './config/json-schema.ts'
export type { JsonSchema } from './config/json-schema.ts'
export { parseConfig } from './config/parse-config.ts'
export { compilePolicy } from './config/compile-policy.ts'
export type { Policy, RepositoryPolicy } from './config/compile-policy.ts'
export type {
  AddedRoute,
  BranchSettings,
  CommitSettings,
  Config,
  CredentialConfig,
  CredentialMode,
  ForgeConfig,
  ForgeKind,
  ForgeTimeouts,
  GatewayLimits,
  ListenAddress,
  LogLevel,
  PathSettings,
  RefPermission,
  RepositoryEntry,
  RepositoryLimits,
  RepositorySettings,
  ScannerName,
  ScannersConfig,
  SecretException,
  SecretSettings,
  Subject,
  TagSettings,
} from './config/config.ts'

export { decideContent } from './decide/decide-content.ts'
export { decideRead, decideReceive } from './decide/decide-read.ts'
export { decideRefs } from './decide/decide-refs.ts'
export { indexRefs } from './decide/ref-index.ts'
export type { ListedRef, RefIndex } from './decide/ref-index.ts'
export type { Decision, ForwardPermit, ReadPermit, ReceivePermit, RefsPermit } from './decide/permits.ts'
export type {
  CommitFact,
  DefaultBranch,
  FoundAt,
  Gitlink,
  Identity,
  ObjectsFact,
  ObjectType,
  PathChange,
  PushFacts,
  RefCommand,
  RefsFacts,
  RefTarget,
  RefUpdate,
  SecretFinding,
  SubmoduleUrl,
  Symlink,
  UpstreamFacts,
} from './decide/facts.ts'

export { explainPush } from './explain/explain-push.ts'
export type { PushQuestion, RefQuestion } from './explain/explain-push.ts'
export { explainRead } from './explain/explain-read.ts'
export type { AccessQuestion, Audience } from './explain/explain-read.ts'
export { renderExplanation } from './explain/render-explanation.ts'
export type { ExplainedRef, ExplainedRule, ExplainedSetting, Explanation } from './explain/explanation.ts'

export { decideForgeChange, decideForgeIntent, decideForgeRead } from './forge/decide-forge.ts'
export type { ForgeIntentPermit, ForgeReadPermit, ForgeWritePermit } from './forge/forge-permits.ts'
export { listTexts, numberOf, objectKindOf } from './forge/forge-change.ts'
export type { AddedRouteCall, ForgeChange, ForgeText, LineComment, RouteValue } from './forge/forge-change.ts'
export type { ForgeFacts, ForgeObjectFact, OwnedObject } from './forge/forge-facts.ts'
export type { ForgeRead, ObjectQuery, RunQuery } from './forge/forge-query.ts'
export { apiOperation, reviewOf } from './forge/api-operation.ts'
export type { ApiOperation, ApiShape, ApiWrite } from './forge/api-operation.ts'
export { parseApiCall } from './forge/parse-api-call.ts'
