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

const members = z.strictObject({
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

export const errorAnswer: z.ZodType = members.meta({ title: 'Error' })

/** The same for whoever asked with a command line of gh: with what gh would print and how it would end. */
export interface GhErrorAnswer extends ErrorAnswer {
  readonly exit_code?: number | undefined
  readonly stdout?: string | undefined
  readonly stderr?: string | undefined
}

const ABSENT = 'Missing when the request could not be read as one of this route.'

export const ghErrorAnswer: z.ZodType = members
  .extend({
    exit_code: z.int().min(1).max(255).optional().describe(`4 without a session, else 1. ${ABSENT}`),
    stdout: z.string().optional().describe(ABSENT),
    stderr: z.string().optional().describe(`The refusal for people. ${ABSENT}`),
  })
  .meta({ title: 'GhError' })
