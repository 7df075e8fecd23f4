import * as z from 'zod'

// What forges have, in GitHub's form whatever the forge is.

export interface UserObject {
  readonly login: string
}
const user = z.strictObject({ login: z.string() })

export interface CommentObject {
  readonly id: number
  readonly user: UserObject
  readonly body: string
  readonly html_url: string
  readonly created_at: string
  readonly updated_at: string
}
const time = z.string().describe('As the forge writes it, ISO 8601.')
export const commentObject: z.ZodType<CommentObject> = z.strictObject({ id: z.number(), user, body: z.string(), html_url: z.string(), created_at: time, updated_at: time })

export interface PullObject {
  readonly id: number
  readonly number: number
  readonly title: string
  readonly body: string
  readonly state: 'open' | 'closed'
  readonly draft: boolean
  readonly merged: boolean
  readonly mergeable: boolean | null
  readonly user: UserObject
  readonly html_url: string
  readonly head: { readonly ref: string; readonly sha: string; readonly repo: { readonly full_name: string } | null }
  readonly base: { readonly ref: string }
  readonly labels: readonly { readonly name: string }[]
  readonly assignees: readonly UserObject[]
  readonly requested_reviewers: readonly UserObject[]
  readonly milestone: { readonly title: string } | null
  readonly created_at: string
  readonly updated_at: string
  readonly closed_at: string | null
  readonly merged_at: string | null
  readonly additions: number | null
  readonly deletions: number | null
  readonly changed_files: number | null
}
export const pullObject: z.ZodType<PullObject> = z.strictObject({
  id: z.number().describe('The forge’s own id, which no other object has.'),
  number: z.int(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['open', 'closed']),
  draft: z.boolean(),
  merged: z.boolean(),
  mergeable: z.boolean().nullable(),
  user,
  html_url: z.string(),
  head: z.strictObject({ ref: z.string(), sha: z.string(), repo: z.strictObject({ full_name: z.string() }).nullable().describe('Null when it was deleted.') }),
  base: z.strictObject({ ref: z.string() }),
  labels: z.array(z.strictObject({ name: z.string() })),
  assignees: z.array(user),
  requested_reviewers: z.array(user),
  milestone: z.strictObject({ title: z.string() }).nullable(),
  created_at: time,
  updated_at: time,
  closed_at: time.nullable(),
  merged_at: time.nullable(),
  additions: z.int().nullable(),
  deletions: z.int().nullable(),
  changed_files: z.int().nullable(),
})
