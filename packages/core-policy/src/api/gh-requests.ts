import * as z from 'zod'

// Bodies of the forge plane. What command lines and texts may hold is for the grammar and the policy to say; here stand their types and rough bounds.

const repo = z
  .string()
  .min(1)
  .max(300)
  .meta({ description: 'A repository of the gateway: `<forge>/<owner>/<name>`.', examples: ['forge/acme/widget'] })
const branch = z.string().min(1).max(300)
const title = z.string().max(2000)
const text = z.string().max(100_000)
const number = z.int().positive().max(1e15).describe('The number of the pull request.')

/** A command line of gh. */
export interface GhExecuteBody {
  readonly args: readonly string[]
  readonly repo?: string | undefined
  readonly cwd_branch?: string | undefined
  readonly stdin?: string | undefined
  readonly tty?: boolean | undefined
}
export const ghExecuteBody: z.ZodType<GhExecuteBody> = z
  .strictObject({
    args: z.array(z.string().max(100_000)).max(256).meta({ description: 'What stands behind `gh`.', examples: [['pr', 'view', '7', '--json', 'title,state']] }),
    repo: repo.optional().describe('The repository of the clone that gh was called in: its id, or its address on a forge or here. It picks, and gives no right; `-R` goes before it.'),
    cwd_branch: branch.optional().describe('The branch that is checked out there.'),
    stdin: text.optional().describe('The standard input, for `--body-file -`. No file is ever read.'),
    tty: z.boolean().optional().describe('Whether the standard output is a terminal: tables are then written for people, as gh does.'),
  })
  .meta({ title: 'GhExecute' })

export interface PullCreateBody {
  readonly repo: string
  readonly title: string
  readonly body: string
  readonly head: string
  readonly base?: string | undefined
  readonly draft?: boolean | undefined
}
export const pullCreateBody: z.ZodType<PullCreateBody> = z
  .strictObject({
    repo,
    title,
    body: text,
    head: branch.describe('A branch of this very repository.'),
    base: branch.optional().describe('The default branch of the repository, if it is left out.'),
    draft: z.boolean().optional(),
  })
  .meta({ title: 'PullCreate' })

export interface PullCommentBody {
  readonly repo: string
  readonly number: number
  readonly body: string
}
export const pullCommentBody: z.ZodType<PullCommentBody> = z.strictObject({ repo, number, body: text.min(1) }).meta({ title: 'PullComment' })

export interface PullEditBody {
  readonly repo: string
  readonly number: number
  readonly title?: string | undefined
  readonly body?: string | undefined
  readonly base?: string | undefined
}
/** Two members say of what; a third is what is changed. */
const EDIT_MEMBERS = 3
export const pullEditBody: z.ZodType<PullEditBody> = z
  .strictObject({ repo, number, title: title.optional(), body: text.optional(), base: branch.optional() })
  .refine((value) => Object.keys(value).length >= EDIT_MEMBERS, 'it must have title, body or base')
  .meta({ title: 'PullEdit', description: 'What is left out stays as it is; one of `title`, `body` and `base` is needed.', minProperties: EDIT_MEMBERS })

export interface PullCloseBody {
  readonly repo: string
  readonly number: number
  readonly comment?: string | undefined
}
export const pullCloseBody: z.ZodType<PullCloseBody> = z
  .strictObject({ repo, number, comment: text.min(1).optional().describe('Written once it is closed.') })
  .meta({ title: 'PullClose' })
