import * as z from 'zod'
import { type CommentObject, type PullObject, commentObject, pullObject } from './forge-objects.ts'

const requestId = z.string().describe('To be found in the log and the audit.')

/** What a command line of gh leaves behind: to be printed as it is, and ended with. */
export interface GhExecuteAnswer {
  readonly success: boolean
  readonly request_id: string
  readonly exit_code: number
  readonly stdout: string
  readonly stderr: string
}
export const ghExecuteAnswer: z.ZodType<GhExecuteAnswer> = z
  .strictObject({
    success: z.boolean().describe('Whether the exit code is 0.'),
    request_id: requestId,
    exit_code: z.int().min(0).max(255).describe('As of gh: 8 for checks that are pending, 1 for what failed.'),
    stdout: z.string(),
    stderr: z.string(),
  })
  .meta({ title: 'GhExecuteAnswer' })

export interface PullAnswer {
  readonly success: true
  readonly request_id: string
  readonly pull_request: PullObject
}
export const pullAnswer: z.ZodType<PullAnswer> = z.strictObject({ success: z.literal(true), request_id: requestId, pull_request: pullObject }).meta({ title: 'PullAnswer' })

export interface PullCommentAnswer {
  readonly success: true
  readonly request_id: string
  readonly comment: CommentObject
}
export const pullCommentAnswer: z.ZodType<PullCommentAnswer> = z
  .strictObject({ success: z.literal(true), request_id: requestId, comment: commentObject })
  .meta({ title: 'PullCommentAnswer' })
