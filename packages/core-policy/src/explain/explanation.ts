import type { RefwardCode } from '../errors/error-table.ts'

/** What would happen, and why: plain data that can be sent as JSON. */
export interface Explanation {
  readonly agent: string
  readonly repository: string
  readonly operation: 'read' | 'push' | 'forge'
  readonly outcome: 'allow' | 'deny'
  /** Rules on reaching the repository, in the order in which they are asked. */
  readonly access: readonly ExplainedRule[]
  readonly refs: readonly ExplainedRef[]
  /** What was asked about pull requests and issues. */
  readonly forge: readonly ExplainedForge[]
  /** What a push is looked at for once its objects are there, and a change on the forge for what is written. */
  readonly content: readonly ExplainedSetting[]
  /** What was taken for granted, because the forge was not asked. */
  readonly assumptions: readonly string[]
}

export interface ExplainedRef {
  readonly ref: string
  readonly action: 'create' | 'update' | 'rewrite' | 'delete'
  readonly outcome: 'allow' | 'deny'
  /** The rule that gave or refused the right. */
  readonly rule: string
  readonly rules: readonly ExplainedRule[]
}

/** One thing on the forge. */
export interface ExplainedForge {
  /** In the words of the audit: `pull.create`. */
  readonly action: string
  /** `#7`, or the branches of a new pull request. */
  readonly target: string | undefined
  readonly outcome: 'allow' | 'deny'
  /** The rule that gave or refused the right. */
  readonly rule: string
  readonly rules: readonly ExplainedRule[]
}

/** One rule that was considered. `skips` means that it says nothing about this. */
export interface ExplainedRule {
  readonly rule: string
  readonly outcome: 'allows' | 'refuses' | 'skips'
  /** For a refusal, the words of the refusal itself. */
  readonly message: string
  readonly code?: RefwardCode
  readonly hint?: string
}

/** A setting in force. */
export interface ExplainedSetting {
  readonly rule: string
  readonly message: string
}
