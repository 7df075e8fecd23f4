import type { RefQuestion } from '@refward/core-policy'
import * as z from 'zod'

/** A question about a repository; with `push`, about refs of it. */
export interface ExplainBody {
  readonly repository: string
  readonly push?: readonly RefQuestion[] | undefined
}

export const explainBody: z.ZodType<ExplainBody> = z.strictObject({
  repository: z.string().max(300),
  push: z
    .array(z.strictObject({ ref: z.string().max(300), action: z.enum(['push', 'rewrite', 'delete']) }))
    .min(1)
    .max(100)
    .optional(),
})
