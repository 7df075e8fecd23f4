import * as z from 'zod'

// Bodies of the forge plane. What the texts may hold is for the policy to say; here stand only their types and rough bounds.

const repo = z.string().max(300)
const branch = z.string().min(1).max(300)
const title = z.string().max(2000)
const text = z.string().max(100_000)
const number = z.int().positive().max(1e15)

export interface ExecuteBody {
  readonly args: readonly string[]
  readonly repo?: string | undefined
  readonly cwd_branch?: string | undefined
  readonly stdin?: string | undefined
  readonly tty?: boolean | undefined
}
export const executeBody: z.ZodType<ExecuteBody> = z.strictObject({
  args: z.array(z.string().max(100_000)).max(256),
  repo: repo.optional(),
  cwd_branch: branch.optional(),
  stdin: text.optional(),
  tty: z.boolean().optional(),
})

export interface CreateBody {
  readonly repo: string
  readonly title: string
  readonly body: string
  readonly head: string
  readonly base?: string | undefined
  readonly draft: boolean
}
export const createBody: z.ZodType<CreateBody> = z.strictObject({ repo, title, body: text, head: branch, base: branch.optional(), draft: z.boolean().default(false) })

export interface CommentBody {
  readonly repo: string
  readonly number: number
  readonly body: string
}
export const commentBody: z.ZodType<CommentBody> = z.strictObject({ repo, number, body: text.min(1) })

export interface EditBody {
  readonly repo: string
  readonly number: number
  readonly title?: string | undefined
  readonly body?: string | undefined
  readonly base?: string | undefined
}
export const editBody: z.ZodType<EditBody> = z
  .strictObject({ repo, number, title: title.optional(), body: text.optional(), base: branch.optional() })
  .refine((value) => value.title !== undefined || value.body !== undefined || value.base !== undefined, 'it must have title, body or base')

export interface CloseBody {
  readonly repo: string
  readonly number: number
  readonly comment?: string | undefined
}
export const closeBody: z.ZodType<CloseBody> = z.strictObject({ repo, number, comment: text.min(1).optional() })
