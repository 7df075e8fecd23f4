import { RefwardError } from '@refward/core-policy'
import * as z from 'zod'
import { checkRunsSchema, combinedStatusSchema } from './checks.ts'
import type { Dialect } from './dialect.ts'
import { lineRemarkSchema } from './schemas.ts'

const DIFF = 'application/vnd.github.diff'
const MERGED: z.ZodType<{ readonly merged: boolean }> = z.object({ merged: z.boolean() })

export const githubDialect: Dialect = {
  pageSize: 100,
  pullQuery: (owner, head, base) => ({ head: head === undefined ? undefined : `${owner}:${head}`, base }),
  issueQuery: {},

  diff: ({ client, path }, call, number) => client.text(call, `${path}/pulls/${number}`, DIFF),

  checks: async ({ client, path }, call, headId) => {
    const runs = await client.get(call, checkRunsSchema, `${path}/commits/${headId}/check-runs`, { per_page: 100 })
    return [...runs, ...(await client.get(call, combinedStatusSchema, `${path}/commits/${headId}/status`, { per_page: 100 }))]
  },

  lineRemarks: ({ client, path, pageSize }, call, number, limit) => client.list(call, z.array(lineRemarkSchema), { path: `${path}/pulls/${number}/comments`, limit, size: pageSize }),

  createPull: ({ title, body, head, base, draft }) => ({ title, body, head, base, draft }),

  setDraft: async () => {
    throw new RefwardError('RW_FORGE_UNSUPPORTED', { forge: 'github', what: 'way to change a draft in its REST API', remedy: 'open the pull request without --draft when it is ready' })
  },

  merge: async ({ client, path }, call, { number, method, headId }) => {
    await client.send(call, MERGED, { method: 'PUT', path: `${path}/pulls/${number}/merge`, body: { merge_method: method, sha: headId } })
  },

  lineComment: ({ path, line, body }) => ({ path, line, side: 'RIGHT', body }),
}
