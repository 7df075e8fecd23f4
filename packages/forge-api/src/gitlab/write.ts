import { type ForgeChange, type RepoRef, assertNever } from '@refward/core-policy'
import * as z from 'zod'
import type { ApiCall, JsonValue } from '../http/api-call.ts'
import type { ApiClient } from '../http/api-client.ts'
import type { Writer } from '../readers.ts'
import type { Written } from '../types.ts'
import { projectPath, unsupported } from './read.ts'
import { commentOf, issueSchema, noteSchema, pullSchema } from './schemas.ts'

const anything: z.ZodType = z.unknown()
/** GitLab takes a title that begins so for a draft. */
const DRAFT = 'Draft: '

type Body = Readonly<Record<string, JsonValue | undefined>>

/** Writing to GitLab. */
export function createGitlabWriter(client: ApiClient, repo: RepoRef): Writer {
  const path = projectPath(repo)
  const pull = async (call: ApiCall, method: 'POST' | 'PUT', at: string, body: Body): Promise<Written> => {
    return { kind: 'pull', pull: await client.send(call, pullSchema(repo.path), { method, path: path + at, body }) }
  }
  const issue = async (call: ApiCall, method: 'POST' | 'PUT', at: string, body: Body): Promise<Written> => {
    return { kind: 'issue', issue: await client.send(call, issueSchema, { method, path: path + at, body }) }
  }
  const note = async (call: ApiCall, at: string, page: z.ZodType<{ readonly url: string }>, body: string): Promise<Written> => {
    const { url } = await client.get(call, page, path + at)
    return { kind: 'comment', comment: commentOf(await client.send(call, noteSchema, { method: 'POST', path: `${path}${at}/notes`, body: { body } }), url) }
  }
  return async (call, change) => {
    switch (change.kind) {
      case 'pull.create': {
        const { title, body, head, base, draft } = change
        return pull(call, 'POST', '/merge_requests', { title: draft ? DRAFT + title : title, description: body, source_branch: head, target_branch: base })
      }
      case 'pull.edit':
        return pull(call, 'PUT', `/merge_requests/${change.number}`, { title: change.title, description: change.body, target_branch: change.base })
      case 'pull.state':
        return pull(call, 'PUT', `/merge_requests/${change.number}`, { state_event: change.state === 'open' ? 'reopen' : 'close' })
      case 'pull.draft': {
        const { title } = await client.get(call, pullSchema(repo.path), `${path}/merge_requests/${change.number}`)
        const plain = title.replace(/^(?:draft:|\[draft\]|\(draft\))\s*/i, '')
        return pull(call, 'PUT', `/merge_requests/${change.number}`, { title: change.draft ? DRAFT + plain : plain })
      }
      case 'pull.merge':
        return pull(call, 'PUT', `/merge_requests/${change.number}/merge`, mergeBody(change))
      case 'pull.review':
        if (change.comments.length > 0) throw unsupported('reviews with remarks on lines', 'write one comment with gh pr comment')
        return note(call, `/merge_requests/${change.number}`, pullSchema(repo.path), change.body)
      case 'pull.comment':
        return note(call, `/merge_requests/${change.number}`, pullSchema(repo.path), change.body)
      case 'issue.create':
        return issue(call, 'POST', '/issues', { title: change.title, description: change.body })
      case 'issue.edit':
        return issue(call, 'PUT', `/issues/${change.number}`, { title: change.title, description: change.body })
      case 'issue.state':
        return issue(call, 'PUT', `/issues/${change.number}`, { state_event: change.state === 'open' ? 'reopen' : 'close' })
      case 'issue.comment':
        return note(call, `/issues/${change.number}`, issueSchema, change.body)
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

function mergeBody({ method, headId }: Extract<ForgeChange, { kind: 'pull.merge' }>): Body {
  if (method === 'rebase') throw unsupported('merging by rebase', 'use --merge or --squash')
  return { sha: headId, squash: method === 'squash' }
}
