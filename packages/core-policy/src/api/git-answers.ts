import * as z from 'zod'

const requestId = z.string().describe('To be found in the log and the audit.')
const objectId = z.string().regex(/^[0-9a-f]{40}$/)
const refName = z.string()

export interface PushedRef {
  readonly ref: string
  readonly source?: string | undefined
  readonly old_id: string
  readonly new_id: string
  readonly status: 'created' | 'updated' | 'forced' | 'deleted' | 'up-to-date'
}

export interface UpstreamSetting {
  readonly branch: string
  readonly remote: string
  readonly merge: string
}

export interface GitPushAnswer {
  readonly success: true
  readonly request_id: string
  readonly repository: string
  readonly dry_run: boolean
  readonly refs: readonly PushedRef[]
  readonly messages: readonly string[]
  readonly set_upstream: readonly UpstreamSetting[]
}
export const gitPushAnswer: z.ZodType<GitPushAnswer> = z
  .strictObject({
    success: z.literal(true),
    request_id: requestId,
    repository: z.string(),
    dry_run: z.boolean().describe('Nothing was changed; the refs say what would have become of them.'),
    refs: z.array(
      z.strictObject({
        ref: refName.describe('Full name on the forge.'),
        source: refName.optional().describe('Full name in the work tree.'),
        old_id: objectId.describe('Zeros for a ref that was not there.'),
        new_id: objectId.describe('Zeros for a ref that was deleted.'),
        status: z.enum(['created', 'updated', 'forced', 'deleted', 'up-to-date']),
      }),
    ),
    messages: z.array(z.string()).describe('What the forge wrote for people.'),
    set_upstream: z
      .array(z.strictObject({ branch: z.string(), remote: z.string(), merge: refName }))
      .describe('For `git config branch.<branch>.remote` and `.merge`, when it was asked for.'),
  })
  .meta({ title: 'GitPushAnswer' })

export interface ListedRefAnswer {
  readonly ref: string
  readonly id: string
  readonly peeled?: string | undefined
  readonly symref?: string | undefined
}

export interface GitRefsAnswer {
  readonly success: true
  readonly request_id: string
  readonly repository: string
  readonly operation: 'fetch' | 'ls-remote'
  readonly refs: readonly ListedRefAnswer[]
}
export const gitRefsAnswer: z.ZodType<GitRefsAnswer> = z
  .strictObject({
    success: z.literal(true),
    request_id: requestId,
    repository: z.string(),
    operation: z.enum(['fetch', 'ls-remote']),
    refs: z
      .array(
        z.strictObject({
          ref: refName,
          id: objectId,
          peeled: objectId.optional().describe('What an annotated tag leads to.'),
          symref: refName.optional().describe('What a symbolic ref leads to.'),
        }),
      )
      .describe('The refs that the session is shown, as the forge has them at this moment.'),
  })
  .meta({ title: 'GitRefsAnswer' })
