import { RefwardError } from '@refward/core-policy'
import type * as z from 'zod'

/**
 * A JSON body by its schema. Schemas are strict objects: an unknown field is an error, and all errors of a body are listed.
 *
 * @throws RefwardError RW_ARGUMENT_INVALID
 */
export function parseJsonBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const [first] = result.error.issues
  const detail = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ')
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument: first?.path.join('.') || 'body', detail, remedy: 'see the operating page for the fields of this request' })
}
