import * as z from 'zod'
import type { ApiCall } from '../http/api-call.ts'
import { RefwardError } from '@refward/core-policy'
import type { Issue, Pull } from '../model.ts'
import type { Readers } from '../readers.ts'
import { matchesPull, withoutUndefined } from '../narrow.ts'
import type { Dialect, RepositoryApi } from './dialect.ts'
import { branchSchema, commentSchema, commitSchema, listedIssueSchema, pullSchema, repositorySchema, reviewSchema, runSchema, runsSchema } from './schemas.ts'

const anything: z.ZodType = z.unknown()
/** What is looked through for those that match, where the forge cannot do it. */
const MAXIMUM_SEARCHED = 1000

/** Reading from Gitea and GitHub. */
export function createReaders(api: RepositoryApi, dialect: Dialect): Readers {
  const { client, path, owner, pageSize: size } = api
  const pages = <T>(call: ApiCall, schema: z.ZodType<T>, at: string, limit: number): Promise<readonly T[]> => client.list(call, z.array(schema), { path: `${path}${at}`, limit, size })
  return {
    'repository.view': (call) => client.get(call, repositorySchema, path),
    'branch.list': (call, { limit }) => pages(call, branchSchema, '/branches', limit),
    'commit.list': async (call, { limit, branch }) => {
      const sha = branch === undefined ? undefined : await tipOf(api, call, branch)
      return client.list(call, z.array(commitSchema), { path: `${path}/commits`, query: { sha }, limit, size })
    },
    'pull.list': async (call, { query }) => {
      const state = query.state === 'merged' ? 'closed' : query.state
      const found = await client.list(call, z.array(pullSchema), { path: `${path}/pulls`, query: { state, ...dialect.pullQuery(owner, query.head, query.base) }, limit: MAXIMUM_SEARCHED, size })
      return found.filter((pull) => matchesPull(pull, query)).slice(0, query.limit)
    },
    'pull.view': (call, { number }) => viewPull(api, call, number),
    'pull.diff': (call, { number }) => dialect.diff(api, call, number),
    'pull.checks': async (call, { number }) => dialect.checks(api, call, (await viewPull(api, call, number)).head.id),
    'pull.comments': (call, { number, limit }) => pages(call, commentSchema, `/issues/${number}/comments`, limit),
    'pull.line-comments': (call, { number, limit }) => dialect.lineRemarks(api, call, number, limit),
    'pull.reviews': (call, { number, limit }) => pages(call, reviewSchema, `/pulls/${number}/reviews`, limit),
    'issue.list': async (call, { query }) => {
      const labels = query.labels.length === 0 ? undefined : query.labels.join(',')
      const state = query.state === 'merged' ? 'closed' : query.state
      const found = await client.list(call, z.array(listedIssueSchema), { path: `${path}/issues`, query: { state, labels, ...dialect.issueQuery }, limit: MAXIMUM_SEARCHED, size })
      return found.filter(({ issue, isPull }) => !isPull && (query.author === undefined || issue.author.toLowerCase() === query.author.toLowerCase())).map(({ issue }) => issue).slice(0, query.limit)
    },
    'issue.view': (call, { number }) => viewIssue(api, call, number),
    'issue.comments': (call, { number, limit }) => pages(call, commentSchema, `/issues/${number}/comments`, limit),
    'run.list': (call, { query }) => client.get(call, runsSchema, `${path}/actions/runs`, withoutUndefined({ branch: query.branch, head_sha: query.commit, [size === 100 ? 'per_page' : 'limit']: Math.min(query.limit, size) })),
    'run.view': (call, { id }) => client.get(call, runSchema, `${path}/actions/runs/${id}`),
    route: (call, { call: route }) => client.get(call, anything, `${path}/${route.path}`, Object.fromEntries([...route.fields].map(([name, value]) => [name, String(value)]))),
  }
}

/**
 * The commit that a branch is at. In place of a branch, forges take every name that git knows for a commit: `agent/x-1-g03866c` is whatever
 * commit has an id that begins so, on a branch that the session is not shown as well.
 */
async function tipOf({ client, path }: RepositoryApi, call: ApiCall, branch: string): Promise<string> {
  const { commit } = await client.get(call, branchSchema, `${path}/branches/${encodeURIComponent(branch)}`)
  return commit
}

export function viewPull({ client, path }: RepositoryApi, call: ApiCall, number: number): Promise<Pull> {
  return client.get(call, pullSchema, `${path}/pulls/${number}`)
}

/** A pull request has a number of the same row, and is no issue. */
async function viewIssue({ client, path }: RepositoryApi, call: ApiCall, number: number): Promise<Issue> {
  const { issue, isPull } = await client.get(call, listedIssueSchema, `${path}/issues/${number}`)
  if (isPull) throw new RefwardError('RW_FORGE_NOT_FOUND', { what: `issue #${number}`, repo: call.lease.repo.id })
  return issue
}
