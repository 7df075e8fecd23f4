import * as z from 'zod'
import type { RefwardCode } from '../errors/error-table.ts'

/** One thing that is wrong with a request. */
export interface FieldProblem {
  /** Which field: `refspecs.0`. */
  readonly path: string
  readonly message: string
  readonly code?: RefwardCode | undefined
  readonly hint?: string | undefined
}

/** What became of one ref of a push that did not succeed as a whole. */
export interface FailedRef {
  readonly ref: string
  readonly status: 'refused' | 'accepted' | 'unknown'
  readonly code?: RefwardCode | undefined
  readonly message?: string | undefined
  readonly hint?: string | undefined
}

/** The JSON form of every refusal and fault: design section 12. */
export interface ErrorAnswer {
  readonly success: false
  readonly message: string
  readonly error: {
    readonly code: RefwardCode
    readonly rule?: string | undefined
    readonly hint: string
    readonly problems?: readonly FieldProblem[] | undefined
  }
  readonly refs?: readonly FailedRef[] | undefined
  readonly messages?: readonly string[] | undefined
  readonly request_id: string
}

const code = z.string().regex(/^RW_[A-Z_]+$/).describe('Stable; see the page of errors.')

export const errorAnswer: z.ZodType = z
  .strictObject({
    success: z.literal(false),
    message: z.string(),
    error: z.strictObject({
      code,
      rule: z.string().optional().describe('The place in the policy that decided.'),
      hint: z.string().describe('What to do about it.'),
      problems: z
        .array(z.strictObject({ path: z.string(), message: z.string(), code: code.optional(), hint: z.string().optional() }))
        .optional()
        .describe('Everything that is wrong with the request.'),
    }),
    refs: z
      .array(
        z.strictObject({
          ref: z.string(),
          status: z.enum(['refused', 'accepted', 'unknown']),
          code: code.optional(),
          message: z.string().optional(),
          hint: z.string().optional(),
        }),
      )
      .optional()
      .describe('Of a push: what became of each ref.'),
    messages: z.array(z.string()).optional().describe('What the forge wrote for people.'),
    request_id: z.string(),
  })
  .meta({ title: 'Error' })
