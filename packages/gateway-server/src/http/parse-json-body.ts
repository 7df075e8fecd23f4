import { createRefusal } from '@refward/core-policy'
import type * as z from 'zod'
import { requestProblems } from './request-problems.ts'

const REMEDY = 'see the operating page and /api/v1/openapi.json for the fields of this request'

/**
 * A JSON body by its schema. Schemas are strict objects: an unknown field is an error, and all errors of a body are listed.
 *
 * @throws RequestProblems RW_ARGUMENT_INVALID
 */
export function parseJsonBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message: detail }) => {
    const argument = path.join('.') || 'body'
    const { code, message, hint } = createRefusal('RW_ARGUMENT_INVALID', { rule: 'request' }, { argument, detail, remedy: REMEDY })
    return { path: argument, code, message, hint }
  })
  throw requestProblems(problems, 'body')
}
