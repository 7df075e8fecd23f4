import { type RepoRef, RefwardError } from '@refward/core-policy'
import * as z from 'zod'
import type { ApiCall } from '../http/api-call.ts'
import type { ApiClient } from '../http/api-client.ts'
import type { Review } from '../model.ts'
import { matchesPull } from '../narrow.ts'
import type { Readers } from '../readers.ts'
import { type Note, branchSchema, commentOf, commitSchema, issueSchema, noteSchema, pullSchema, repositorySchema, runSchema, statusSchema } from './schemas.ts'

const PAGE_SIZE = 100
const MAXIMUM_SEARCHED = 1000
const anything: z.ZodType = z.unknown()

/** GitLab's address of a project: its whole path as one part. */
export function projectPath({ path }: RepoRef): string {
  return `/projects/${encodeURIComponent(path)}`
}

/** GitLab calls an open thing opened, and takes no state for all of them. */
function stateOf(state: string): string | undefined {
  return state === 'open' ? 'opened' : state
}

/** Reading from GitLab: merge requests are pulls, notes are comments, pipelines are runs. */
export function createGitlabReaders(client: ApiClient, repo: RepoRef): Readers {
  const path = projectPath(repo)
  const pull = pullSchema(repo.path)
  const pages = <T>(call: ApiCall, schema: z.ZodType<T>, at: string, limit: number): Promise<readonly T[]> =>
    client.list(call, z.array(schema), { path: `${path}${at}`, limit, size: PAGE_SIZE })
  const notes = async (call: ApiCall, at: string): Promise<readonly Note[]> => (await pages(call, noteSchema, `${at}/notes`, MAXIMUM_SEARCHED)).filter(({ isSystem }) => !isSystem)
  const ofPull = (number: number): string => `/merge_requests/${number}`
  return {
    'repository.view': (call) => client.get(call, repositorySchema, path),
    'branch.list': (call, { limit }) => pages(call, branchSchema, '/repository/branches', limit),
    'commit.list': async (call, { limit, branch }) => {
      // By its commit: as a name, GitLab takes whatever git knows a commit by.
      const tip = branch === undefined ? undefined : await client.get(call, branchSchema, `${path}/repository/branches/${encodeURIComponent(branch)}`)
      return client.list(call, z.array(commitSchema), { path: `${path}/repository/commits`, query: { ref_name: tip?.commit }, limit, size: PAGE_SIZE })
    },
    'pull.list': async (call, { query }) => {
      const narrowed = { state: stateOf(query.state), source_branch: query.head, target_branch: query.base }
      const found = await client.list(call, z.array(pull), { path: `${path}/merge_requests`, query: narrowed, limit: MAXIMUM_SEARCHED, size: PAGE_SIZE })
      return found.filter((one) => matchesPull(one, query)).slice(0, query.limit)
    },
    'pull.view': (call, { number }) => client.get(call, pull, path + ofPull(number)),
    'pull.diff': (call, { number }) => client.text(call, `${path}${ofPull(number)}/raw_diffs`, 'text/plain'),
    'pull.checks': async (call, { number }) => {
      const { head } = await client.get(call, pull, path + ofPull(number))
      return pages(call, statusSchema, `/repository/commits/${head.id}/statuses`, MAXIMUM_SEARCHED)
    },
    'pull.comments': async (call, { number, limit }) => {
      const { url } = await client.get(call, pull, path + ofPull(number))
      const found = await notes(call, ofPull(number))
      return found.filter(({ isOnLine }) => !isOnLine).slice(0, limit).map((note) => commentOf(note, url))
    },
    'pull.line-comments': async (call, { number, limit }) => (await notes(call, ofPull(number))).filter(({ isOnLine }) => isOnLine).slice(0, limit).map(({ remark }) => remark),
    // GitLab has approvals, which nobody makes here, and no reviews that comment.
    'pull.reviews': (): Promise<readonly Review[]> => Promise.resolve([]),
    'issue.list': async (call, { query }) => {
      const labels = query.labels.length === 0 ? undefined : query.labels.join(',')
      const state = query.state === 'merged' ? 'closed' : stateOf(query.state)
      return client.list(call, z.array(issueSchema), { path: `${path}/issues`, query: { state, labels, author_username: query.author }, limit: query.limit, size: PAGE_SIZE })
    },
    'issue.view': (call, { number }) => client.get(call, issueSchema, `${path}/issues/${number}`),
    'issue.comments': async (call, { number, limit }) => {
      const { url } = await client.get(call, issueSchema, `${path}/issues/${number}`)
      return (await notes(call, `/issues/${number}`)).slice(0, limit).map((note) => commentOf(note, url))
    },
    'run.list': (call, { query }) => client.list(call, z.array(runSchema), { path: `${path}/pipelines`, query: { ref: query.branch, sha: query.commit }, limit: query.limit, size: PAGE_SIZE }),
    'run.view': (call, { id }) => client.get(call, runSchema, `${path}/pipelines/${id}`),
    route: (call, { call: route }) => client.get(call, anything, `${path}/${route.path}`, Object.fromEntries([...route.fields].map(([name, value]) => [name, String(value)]))),
  }
}

export function unsupported(what: string, remedy: string): RefwardError {
  return new RefwardError('RW_FORGE_UNSUPPORTED', { forge: 'gitlab', what, remedy })
}
