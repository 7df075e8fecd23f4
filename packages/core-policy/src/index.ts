export { assertNever } from './assert-never.ts'
export type { Parsed, Problem } from './parsed.ts'

export { errorTable } from './errors/error-table.ts'
export type { ErrorEntry, ErrorValues, RefwardCode } from './errors/error-table.ts'
export { printable } from './errors/printable.ts'
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

export { API_ROUTES } from './api/api-routes.ts'
export type { ApiRoute } from './api/api-routes.ts'
export { errorAnswer, ghErrorAnswer } from './api/error-answer.ts'
export type { ErrorAnswer, FailedRef, FieldProblem, GhErrorAnswer } from './api/error-answer.ts'
export type { CommentObject, PullObject, UserObject } from './api/forge-objects.ts'
export { ghExecuteAnswer, pullAnswer, pullCommentAnswer } from './api/gh-answers.ts'
export type { GhExecuteAnswer, PullAnswer, PullCommentAnswer } from './api/gh-answers.ts'
export { ghExecuteBody, pullCloseBody, pullCommentBody, pullCreateBody, pullEditBody } from './api/gh-requests.ts'
export type { GhExecuteBody, PullCloseBody, PullCommentBody, PullCreateBody, PullEditBody } from './api/gh-requests.ts'
export { gitPushAnswer, gitRefsAnswer } from './api/git-answers.ts'
export type { GitPushAnswer, GitRefsAnswer, ListedRefAnswer, PushedRef, UpstreamSetting } from './api/git-answers.ts'
export { gitFetchBody, gitLsRemoteBody, gitPushBody } from './api/git-requests.ts'
export type { GitFetchBody, GitLsRemoteBody, GitPushBody } from './api/git-requests.ts'
export { renderOpenApi } from './api/openapi.ts'
export type { OpenApiDocument } from './api/openapi.ts'

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
export { suggestOwnBranch } from './decide/remedy.ts'
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

export { assumeForge } from './explain/assume-forge.ts'
export { explainForge } from './explain/explain-forge.ts'
export type { AskedForge, ForgeQuestions } from './explain/explain-forge.ts'
export { FORGE_ACTIONS, parseForgeQuestion, toAskedChange } from './explain/forge-question.ts'
export type { ForgeQuestion } from './explain/forge-question.ts'
export { explainPush } from './explain/explain-push.ts'
export type { PushQuestion, RefQuestion } from './explain/explain-push.ts'
export { explainRead } from './explain/explain-read.ts'
export type { AccessQuestion, Audience } from './explain/explain-read.ts'
export { renderExplanation } from './explain/render-explanation.ts'
export type { ExplainedForge, ExplainedRef, ExplainedRule, ExplainedSetting, Explanation } from './explain/explanation.ts'

export { decideForgeChange, decideForgeIntent, decideForgeRead } from './forge/decide-forge.ts'
export type { ForgeIntentPermit, ForgeReadPermit, ForgeWritePermit } from './forge/forge-permits.ts'
export { listTexts, numberOf, objectKindOf } from './forge/forge-change.ts'
export type { AddedRouteCall, ForgeChange, ForgeText, LineComment, RouteValue } from './forge/forge-change.ts'
export type { ForgeFacts, ForgeObjectFact, OwnedObject } from './forge/forge-facts.ts'
export type { ForgeRead, ObjectQuery, RunQuery } from './forge/forge-query.ts'
export { apiOperation, reviewOf } from './forge/api-operation.ts'
export type { ApiOperation, ApiShape, ApiWrite } from './forge/api-operation.ts'
export { parseApiCall } from './forge/parse-api-call.ts'
export { findOption, hasOption, listOptionValues, listValues } from './grammar/engine/find-option.ts'
export { listCompletions } from './grammar/engine/list-completions.ts'
export type { Completion } from './grammar/engine/list-completions.ts'
export { parseAnyCommand, parseCommand } from './grammar/engine/parse-command.ts'
export { renderCommand } from './grammar/engine/render-command.ts'
export { renderCommandHelp } from './grammar/engine/render-help.ts'
export { EXACT_SYNTAX, GIT_LEADING_SYNTAX, GIT_SYNTAX, PFLAG_SYNTAX, isRefusedOption } from './grammar/engine/table.ts'
export type {
  AllowedOption,
  CommandOption,
  CommandSyntax,
  CommandTable,
  CommandValue,
  Conflict,
  ParsedCommand,
  ParsedOption,
  Positional,
  RefusedOption,
  ValueResult,
  ValueType,
  Variant,
} from './grammar/engine/table.ts'
export { countType, textType, wordType } from './grammar/values/plain-types.ts'
export type { CountValue, TextBounds, TextValue, WordValue } from './grammar/values/plain-types.ts'
export type { FilterValue, PathValue } from './grammar/values/git-types.ts'
export type { EmptyValue, LeaseExpectation, LeaseValue, RefTextValue, RefspecValue } from './grammar/values/ref-types.ts'
export type { RefSource, Refspec } from './grammar/values/refspec.ts'
export { parseRemote, renderRemote } from './grammar/values/remote.ts'
export type { Remote, RemoteProblem, RemoteUrl } from './grammar/values/remote.ts'
export type { RemoteValue } from './grammar/values/remote-types.ts'
export { asksForHelp, gitFront } from './grammar/git/git-front.ts'
export type { GitFront, GlobalOption } from './grammar/git/git-front.ts'
export { splitPull } from './grammar/git/split-pull.ts'
export type { PullParts } from './grammar/git/split-pull.ts'
export { gitTableOf, gitTables } from './grammar/git/git-tables.ts'
export { parseGit, parseGitCommand, renderGit, renderGitCommand } from './grammar/git/parse-git.ts'
export type { GitInvocation } from './grammar/git/parse-git.ts'
export type { GitCommand, GitOperation, GitTable, GitValue } from './grammar/git/git-value.ts'
export { ghTables, nameGhCommand, parseGh } from './gh/parse-gh.ts'
export type { GhInput } from './gh/parse-gh.ts'
export type { GhCommand, GhOperation, GhOutput, GhRepo } from './gh/gh-operation.ts'
export type { AssignmentValue, GhValue, Selector } from './gh/gh-types.ts'
export { runJq } from './jq/run-jq.ts'
