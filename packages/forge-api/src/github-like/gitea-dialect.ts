import * as z from 'zod'
import type { LineRemark, Pull } from '../model.ts'
import type { Dialect } from './dialect.ts'
import { combinedStatusSchema } from './checks.ts'
import { lineRemarkSchema, pullSchema, reviewSchema } from './schemas.ts'

/** Gitea takes a title that begins so for a draft; it is its own first choice. */
const DRAFT = 'WIP: '
const DRAFT_PREFIXES: readonly string[] = ['WIP:', '[WIP]']
/** Reviews whose remarks are read, each with a request. */
const MAXIMUM_REVIEWS = 50

const anything: z.ZodType = z.unknown()

export const giteaDialect: Dialect = {
  pageSize: 50,
  // Its list knows neither head nor base.
  pullQuery: () => ({}),
  issueQuery: { type: 'issues' },

  diff: ({ client, path }, call, number) => client.text(call, `${path}/pulls/${number}.diff`, 'text/plain'),

  checks: ({ client, path }, call, headId) => client.get(call, combinedStatusSchema, `${path}/commits/${headId}/status`),

  lineRemarks: async ({ client, path, pageSize }, call, number, limit) => {
    const reviews = await client.list(call, z.array(reviewSchema), { path: `${path}/pulls/${number}/reviews`, limit: MAXIMUM_REVIEWS, size: pageSize })
    const found: LineRemark[] = []
    for (const { id } of reviews) found.push(...(await client.get(call, z.array(lineRemarkSchema), `${path}/pulls/${number}/reviews/${id}/comments`)))
    return found.slice(0, limit)
  },

  createPull: ({ title, body, head, base, draft }) => ({ title: draft ? DRAFT + title : title, body, head, base }),

  setDraft: async ({ client, path }, call, pull, draft) => {
    await client.send(call, pullSchema, { method: 'PATCH', path: `${path}/pulls/${pull.number}`, body: { title: draft ? DRAFT + pull.title : withoutDraft(pull) } })
  },

  merge: async ({ client, path }, call, { number, method, headId }) => {
    await client.send(call, anything, { method: 'POST', path: `${path}/pulls/${number}/merge`, body: { Do: method, head_commit_id: headId } })
  },

  lineComment: ({ path, line, body }) => ({ path, new_position: line, body }),
}

function withoutDraft({ title }: Pull): string {
  const prefix = DRAFT_PREFIXES.find((one) => title.toUpperCase().startsWith(one))
  return prefix === undefined ? title : title.slice(prefix.length).trimStart()
}
