import { type ForgeChange, assertNever } from '@refward/core-policy'
import * as z from 'zod'
import type { ApiCall, JsonValue } from '../http/api-call.ts'
import { seenAfterwards } from '../http/lost-answer.ts'
import type { Review } from '../model.ts'
import type { Writer } from '../readers.ts'
import type { Written } from '../types.ts'
import type { Dialect, RepositoryApi } from './dialect.ts'
import { viewPull } from './read.ts'
import { commentSchema, listedIssueSchema, pullSchema, reviewSchema } from './schemas.ts'

const anything: z.ZodType = z.unknown()

type Body = Readonly<Record<string, JsonValue | undefined>>

/** Writing to Gitea and GitHub. */
export function createWriter(api: RepositoryApi, dialect: Dialect): Writer {
  const { client, path } = api
  const pull = async (call: ApiCall, method: 'POST' | 'PATCH', at: string, body: Body): Promise<Written> => {
    return { kind: 'pull', pull: await client.send(call, pullSchema, { method, path: path + at, body }) }
  }
  const issue = async (call: ApiCall, method: 'POST' | 'PATCH', at: string, body: Body): Promise<Written> => {
    return { kind: 'issue', issue: (await client.send(call, listedIssueSchema, { method, path: path + at, body })).issue }
  }
  const comment = async (call: ApiCall, number: number, body: string): Promise<Written> => {
    return { kind: 'comment', comment: await client.send(call, commentSchema, { method: 'POST', path: `${path}/issues/${number}/comments`, body: { body } }) }
  }
  return async (call, change) => {
    switch (change.kind) {
      case 'pull.create':
        return pull(call, 'POST', '/pulls', dialect.createPull(change))
      case 'pull.edit':
        return pull(call, 'PATCH', `/pulls/${change.number}`, { title: change.title, body: change.body, base: change.base })
      case 'pull.state':
        return pull(call, 'PATCH', `/pulls/${change.number}`, { state: change.state })
      case 'pull.draft': {
        const before = await viewPull(api, call, change.number)
        if (before.isDraft === change.draft) return { kind: 'pull', pull: before }
        await dialect.setDraft(api, call, before, change.draft)
        return { kind: 'pull', pull: await seenAfterwards(call, () => viewPull(api, call, change.number)) }
      }
      case 'pull.merge':
        await dialect.merge(api, call, change)
        return { kind: 'pull', pull: await seenAfterwards(call, () => viewPull(api, call, change.number)) }
      case 'pull.review':
        return { kind: 'review', review: await review(api, dialect, call, change) }
      case 'issue.create':
        return issue(call, 'POST', '/issues', { title: change.title, body: change.body })
      case 'issue.edit':
        return issue(call, 'PATCH', `/issues/${change.number}`, { title: change.title, body: change.body })
      case 'issue.state':
        return issue(call, 'PATCH', `/issues/${change.number}`, { state: change.state })
      case 'pull.comment':
      case 'issue.comment':
        return comment(call, change.number, change.body)
      case 'route': {
        const { method, path: rest, fields } = change.call
        const write = { method: method === 'GET' ? 'POST' : method, path: `${path}/${rest}`, body: Object.fromEntries(fields) } as const
        return { kind: 'route', answer: await client.send(call, anything, write) }
      }
      default:
        return assertNever(change)
    }
  }
}

/** INVARIANT: a review comments, and nothing else: the event is written here and comes from nowhere. */
async function review({ client, path }: RepositoryApi, dialect: Dialect, call: ApiCall, { number, body, comments }: Extract<ForgeChange, { kind: 'pull.review' }>): Promise<Review> {
  const lines = comments.map((one) => dialect.lineComment(one))
  return client.send(call, reviewSchema, { method: 'POST', path: `${path}/pulls/${number}/reviews`, body: { body, event: 'COMMENT', ...(lines.length === 0 ? {} : { comments: lines }) } })
}
