import * as z from 'zod'
import type { Branch, Check, Comment, Commit, Issue, LineRemark, Pull, Repository, Run } from '../model.ts'

const text: z.ZodType<string> = z.string().nullish().transform((value) => value ?? '')
const moment: z.ZodType<string | undefined> = z.string().max(40).nullish().transform((value) => value ?? undefined)
const account: z.ZodType<string> = z.object({ username: z.string() }).nullish().transform((value) => value?.username ?? 'ghost')
const accounts: z.ZodType<readonly string[]> = z.array(z.object({ username: z.string() })).nullish().transform((value) => (value ?? []).map(({ username }) => username))
const labels: z.ZodType<readonly string[]> = z.array(z.string()).nullish().transform((value) => value ?? [])
const milestone: z.ZodType<string | undefined> = z.object({ title: z.string() }).nullish().transform((value) => value?.title)
const id: z.ZodType<string> = z.int().nonnegative().transform(String)

/** A merge request. A project is known by its number in it; only of its own is the path known. */
export function pullSchema(project: string): z.ZodType<Pull> {
  return z
    .object({
      id,
      iid: z.int().positive(),
      title: text,
      description: text,
      state: z.enum(['opened', 'closed', 'locked', 'merged']),
      draft: z.boolean().nullish(),
      author: account,
      target_branch: z.string(),
      source_branch: z.string(),
      source_project_id: z.int().nullish(),
      target_project_id: z.int(),
      sha: text,
      web_url: text,
      created_at: text,
      updated_at: text,
      closed_at: moment,
      merged_at: moment,
      labels,
      assignees: accounts,
      reviewers: accounts,
      milestone,
      detailed_merge_status: text,
    })
    .transform((merge) => {
      const isSameRepository = merge.source_project_id === merge.target_project_id
      return {
        kind: 'pull' as const,
        id: merge.id,
        number: merge.iid,
        title: merge.title,
        body: merge.description,
        state: merge.state === 'merged' ? ('merged' as const) : merge.state === 'opened' ? ('open' as const) : ('closed' as const),
        isDraft: merge.draft === true,
        author: merge.author,
        base: merge.target_branch,
        head: { branch: merge.source_branch, id: merge.sha, repository: isSameRepository ? project : undefined, isSameRepository },
        url: merge.web_url,
        createdAt: merge.created_at,
        updatedAt: merge.updated_at,
        closedAt: merge.closed_at,
        mergedAt: merge.merged_at,
        labels: merge.labels,
        assignees: merge.assignees,
        reviewers: merge.reviewers,
        milestone: merge.milestone,
        additions: undefined,
        deletions: undefined,
        changedFiles: undefined,
        isMergeable: merge.detailed_merge_status === '' ? undefined : merge.detailed_merge_status === 'mergeable',
      }
    })
}

export const issueSchema: z.ZodType<Issue> = z
  .object({
    id,
    iid: z.int().positive(),
    title: text,
    description: text,
    state: z.enum(['opened', 'closed']),
    author: account,
    web_url: text,
    created_at: text,
    updated_at: text,
    closed_at: moment,
    labels,
    assignees: accounts,
    milestone,
    user_notes_count: z.int().nonnegative().nullish(),
  })
  .transform((issue) => ({
    kind: 'issue' as const,
    id: issue.id,
    number: issue.iid,
    title: issue.title,
    body: issue.description,
    state: issue.state === 'opened' ? ('open' as const) : ('closed' as const),
    author: issue.author,
    url: issue.web_url,
    createdAt: issue.created_at,
    updatedAt: issue.updated_at,
    closedAt: issue.closed_at,
    labels: issue.labels,
    assignees: issue.assignees,
    milestone: issue.milestone,
    comments: issue.user_notes_count ?? 0,
  }))

export interface Note {
  readonly remark: LineRemark
  /** Written by GitLab itself: "added 1 commit". */
  readonly isSystem: boolean
  /** On a line of the diff. */
  readonly isOnLine: boolean
}

export const noteSchema: z.ZodType<Note> = z
  .object({
    id,
    author: account,
    body: text,
    created_at: text,
    updated_at: text,
    system: z.boolean().nullish(),
    position: z.object({ new_path: text, new_line: z.int().nullish(), head_sha: text }).nullish(),
  })
  .transform(({ author, created_at: createdAt, updated_at: updatedAt, system, position, ...rest }) => ({
    isSystem: system === true,
    isOnLine: position !== undefined && position !== null,
    remark: { ...rest, author, createdAt, updatedAt, url: '', path: position?.new_path ?? '', line: position?.new_line ?? undefined, commit: position?.head_sha ?? '' },
  }))

/** A note has no address of its own in the API; GitLab's pages find it behind the address of what it is about. */
export function commentOf({ remark: { id, author, body, createdAt, updatedAt } }: Note, page: string): Comment {
  return { id, author, body, createdAt, updatedAt, url: page === '' ? '' : `${page}#note_${id}` }
}

export const repositorySchema: z.ZodType<Repository> = z
  .object({
    id,
    path: z.string(),
    namespace: z.object({ full_path: z.string() }),
    description: text,
    web_url: text,
    default_branch: text,
    visibility: z.string().nullish(),
    archived: z.boolean().nullish(),
    forked_from_project: z.unknown().optional(),
    created_at: moment,
    last_activity_at: moment,
  })
  .transform((project) => ({
    id: project.id,
    owner: project.namespace.full_path,
    name: project.path,
    description: project.description,
    url: project.web_url,
    defaultBranch: project.default_branch,
    isPrivate: project.visibility !== 'public',
    isArchived: project.archived === true,
    isFork: project.forked_from_project !== undefined && project.forked_from_project !== null,
    createdAt: project.created_at,
    updatedAt: project.last_activity_at,
  }))

export const branchSchema: z.ZodType<Branch> = z
  .object({ name: z.string(), commit: z.object({ id: z.string() }), protected: z.boolean().nullish() })
  .transform(({ name, commit, protected: isProtected }) => ({ name, commit: commit.id, isProtected: isProtected === true }))

export const commitSchema: z.ZodType<Commit> = z
  .object({ id: z.string(), message: text, author_name: text, authored_date: text, web_url: text, parent_ids: z.array(z.string()).nullish() })
  .transform(({ id, message, author_name: author, authored_date: date, web_url: url, parent_ids: parents }) => ({ id, message, author, date, url, parents: parents ?? [] }))

const JOB_STATES: ReadonlyMap<string, Check['state']> = new Map([
  ['success', 'pass'],
  ['failed', 'fail'],
  ['canceled', 'cancel'],
  ['canceling', 'cancel'],
  ['skipped', 'skipping'],
  ['manual', 'skipping'],
])

export const statusSchema: z.ZodType<Check> = z
  .object({ name: text, status: z.string(), description: text, target_url: text, started_at: moment, finished_at: moment })
  .transform(({ name, status, description, target_url: url, started_at: startedAt, finished_at: completedAt }) => ({
    name,
    state: JOB_STATES.get(status) ?? ('pending' as const),
    description,
    url,
    startedAt,
    completedAt,
  }))

/** A pipeline, in GitHub's words for what it does and how it ended. */
export const runSchema: z.ZodType<Run> = z
  .object({ id: z.int(), iid: z.int().nullish(), name: text, ref: text, sha: text, source: text, status: z.string(), web_url: text, created_at: text, updated_at: text })
  .transform(({ id, iid, name, ref, sha, source, status, web_url: url, created_at: createdAt, updated_at: updatedAt }) => {
    const state = JOB_STATES.get(status)
    const conclusions = { pass: 'success', fail: 'failure', cancel: 'cancelled', skipping: 'skipped', pending: '' } as const
    return {
      id,
      number: iid ?? 0,
      workflow: name === '' ? 'pipeline' : name,
      title: name,
      branch: ref,
      event: source,
      status: state === undefined ? (status === 'running' ? 'in_progress' : 'queued') : 'completed',
      conclusion: conclusions[state ?? 'pending'],
      commit: sha,
      url,
      createdAt,
      updatedAt,
    }
  })
