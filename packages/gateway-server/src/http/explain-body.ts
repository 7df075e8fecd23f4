import { FORGE_ACTIONS, type ForgeQuestion, type RefQuestion } from '@refward/core-policy'
import * as z from 'zod'

/** A question about a repository; with `push`, about refs of it; with `forge`, about its pull requests and issues. */
export interface ExplainBody {
  readonly repository: string
  readonly push?: readonly RefQuestion[] | undefined
  readonly forge?: readonly ForgeQuestion[] | undefined
}

const branch = z.string().min(1).max(300)
const number = z.int().positive().max(1e15)
const { onPull, onIssue } = FORGE_ACTIONS

const forgeQuestion: z.ZodType<ForgeQuestion> = z.discriminatedUnion('action', [
  z.strictObject({ action: z.enum(['read', 'issue.create']) }),
  z.strictObject({ action: z.literal('pull.create'), head: branch, base: branch.optional() }),
  z.strictObject({ action: z.literal('pull.edit'), number, base: branch.optional() }),
  z.strictObject({ action: z.enum([...onPull, ...onIssue]).exclude(['pull.edit']), number }),
])

/** Each with a number costs a request to the forge. */
const FORGE_QUESTIONS = 20

export const explainBody: z.ZodType<ExplainBody> = z
  .strictObject({
    repository: z.string().max(300),
    push: z
      .array(z.strictObject({ ref: z.string().max(300), action: z.enum(['push', 'rewrite', 'delete']) }))
      .min(1)
      .max(100)
      .optional(),
    forge: z.array(forgeQuestion).min(1).max(FORGE_QUESTIONS).optional(),
  })
  .refine(({ push, forge }) => push === undefined || forge === undefined, 'it must have only one of push and forge')
