import * as z from 'zod'
import type { Branch, Comment, Commit, Issue, LineRemark, Pull, Repository, Review, Run } from '../model.ts'

// Gitea's API was modelled on GitHub's, and what is read here has the same names in both. What is not described is left out of what is read.

const text: z.ZodType<string> = z.string().nullish().transform((value) => value ?? '')
const moment: z.ZodType<string | undefined> = z.string().max(40).nullish().transform((value) => value ?? undefined)
const account: z.ZodType<string> = z.object({ login: z.string() }).nullish().transform((value) => value?.login ?? 'ghost')
const accounts: z.ZodType<readonly string[]> = z.array(z.object({ login: z.string() })).nullish().transform((value) => (value ?? []).map(({ login }) => login))
const labels: z.ZodType<readonly string[]> = z.array(z.object({ name: z.string() })).nullish().transform((value) => (value ?? []).map(({ name }) => name))
const milestone: z.ZodType<string | undefined> = z.object({ title: z.string() }).nullish().transform((value) => value?.title)
const count: z.ZodType<number | undefined> = z.int().nonnegative().nullish().transform((value) => value ?? undefined)
const id: z.ZodType<string> = z.int().nonnegative().transform(String)
const number: z.ZodType<number> = z.int().positive()

const endpoint = z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() })

export const pullSchema: z.ZodType<Pull> = z
  .object({
    id,
    number,
    title: text,
    body: text,
    state: z.enum(['open', 'closed']),
    draft: z.boolean().nullish(),
    merged: z.boolean().nullish(),
    user: account,
    base: endpoint,
    head: endpoint,
    html_url: text,
    created_at: text,
    updated_at: text,
    closed_at: moment,
    merged_at: moment,
    labels,
    assignees: accounts,
    requested_reviewers: accounts,
    milestone,
    additions: count,
    deletions: count,
    changed_files: count,
    mergeable: z.boolean().nullish(),
  })
  .transform(({ draft, merged, user, base, head, ...pull }) => ({
    kind: 'pull' as const,
    id: pull.id,
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: merged === true || pull.merged_at !== undefined ? ('merged' as const) : pull.state,
    isDraft: draft === true,
    author: user,
    base: base.ref,
    head: { branch: head.ref, id: head.sha, repository: head.repo?.full_name, isSameRepository: head.repo?.full_name !== undefined && head.repo.full_name === base.repo?.full_name },
    url: pull.html_url,
    createdAt: pull.created_at,
    updatedAt: pull.updated_at,
    closedAt: pull.closed_at,
    mergedAt: pull.merged_at,
    labels: pull.labels,
    assignees: pull.assignees,
    reviewers: pull.requested_reviewers,
    milestone: pull.milestone,
    additions: pull.additions,
    deletions: pull.deletions,
    changedFiles: pull.changed_files,
    isMergeable: pull.mergeable ?? undefined,
  }))

/** What the list of issues has: pull requests as well, which are told by a member of their own. */
export interface ListedIssue {
  readonly issue: Issue
  readonly isPull: boolean
}

export const listedIssueSchema: z.ZodType<ListedIssue> = z
  .object({
    id,
    number,
    title: text,
    body: text,
    state: z.enum(['open', 'closed']),
    user: account,
    html_url: text,
    created_at: text,
    updated_at: text,
    closed_at: moment,
    labels,
    assignees: accounts,
    milestone,
    comments: count,
    pull_request: z.unknown().optional(),
  })
  .transform(({ user, pull_request: pull, ...issue }) => ({
    isPull: pull !== undefined && pull !== null,
    issue: {
      kind: 'issue' as const,
      id: issue.id,
      number: issue.number,
      title: issue.title,
      body: issue.body,
      state: issue.state,
      author: user,
      url: issue.html_url,
      createdAt: issue.created_at,
      updatedAt: issue.updated_at,
      closedAt: issue.closed_at,
      labels: issue.labels,
      assignees: issue.assignees,
      milestone: issue.milestone,
      comments: issue.comments ?? 0,
    },
  }))

export const commentSchema: z.ZodType<Comment> = z
  .object({ id, user: account, body: text, html_url: text, created_at: text, updated_at: text })
  .transform(({ user, html_url: url, created_at: createdAt, updated_at: updatedAt, ...rest }) => ({ ...rest, author: user, url, createdAt, updatedAt }))

const REVIEW_STATES: ReadonlyMap<string, Review['state']> = new Map([
  ['COMMENT', 'commented'],
  ['COMMENTED', 'commented'],
  ['APPROVED', 'approved'],
  ['REQUEST_CHANGES', 'changes-requested'],
  ['CHANGES_REQUESTED', 'changes-requested'],
  ['DISMISSED', 'dismissed'],
])

export const reviewSchema: z.ZodType<Review> = z
  .object({ id, user: account, body: text, state: z.string(), commit_id: text, html_url: text, submitted_at: moment })
  .transform(({ user, state, commit_id: commit, html_url: url, submitted_at: submittedAt, ...rest }) => ({
    ...rest,
    author: user,
    state: REVIEW_STATES.get(state) ?? ('pending' as const),
    commit,
    url,
    submittedAt,
  }))

export const lineRemarkSchema: z.ZodType<LineRemark> = z
  .object({ id, user: account, body: text, html_url: text, created_at: text, updated_at: text, path: text, line: count, position: count, commit_id: text })
  .transform(({ user, html_url: url, created_at: createdAt, updated_at: updatedAt, commit_id: commit, position, line, ...rest }) => ({ ...rest, line: line ?? position, author: user, url, createdAt, updatedAt, commit }))

export const repositorySchema: z.ZodType<Repository> = z
  .object({
    id,
    owner: z.object({ login: z.string() }),
    name: z.string(),
    description: text,
    html_url: text,
    default_branch: text,
    private: z.boolean(),
    archived: z.boolean().nullish(),
    fork: z.boolean().nullish(),
    created_at: moment,
    updated_at: moment,
  })
  .transform(({ owner, html_url: url, default_branch: defaultBranch, private: isPrivate, archived, fork, created_at: createdAt, updated_at: updatedAt, ...rest }) => ({
    ...rest,
    owner: owner.login,
    url,
    defaultBranch,
    isPrivate,
    isArchived: archived === true,
    isFork: fork === true,
    createdAt,
    updatedAt,
  }))

export const branchSchema: z.ZodType<Branch> = z
  .object({ name: z.string(), commit: z.object({ sha: z.string().optional(), id: z.string().optional() }), protected: z.boolean().nullish() })
  .transform(({ name, commit, protected: isProtected }) => ({ name, commit: commit.sha ?? commit.id ?? '', isProtected: isProtected === true }))

export const commitSchema: z.ZodType<Commit> = z
  .object({
    sha: z.string(),
    html_url: text,
    commit: z.object({ message: text, author: z.object({ name: text, date: text }).nullish() }),
    parents: z.array(z.object({ sha: z.string() })).nullish(),
  })
  .transform(({ sha, html_url: url, commit, parents }) => ({
    id: sha,
    message: commit.message,
    author: commit.author?.name ?? '',
    date: commit.author?.date ?? '',
    url,
    parents: (parents ?? []).map((parent) => parent.sha),
  }))

export const runSchema: z.ZodType<Run> = z
  .object({
    id: z.int().nonnegative(),
    run_number: count,
    name: text,
    path: text,
    display_title: text,
    head_branch: text,
    head_sha: text,
    event: text,
    status: text,
    conclusion: text,
    html_url: text,
    created_at: moment,
    run_started_at: moment,
    started_at: moment,
    updated_at: moment,
    completed_at: moment,
  })
  .transform((run) => ({
    id: run.id,
    number: run.run_number ?? 0,
    workflow: run.name === '' ? (run.path.split('@')[0] ?? '') : run.name,
    title: run.display_title,
    branch: run.head_branch,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    commit: run.head_sha,
    url: run.html_url,
    createdAt: run.created_at ?? run.run_started_at ?? run.started_at ?? '',
    updatedAt: run.updated_at ?? run.completed_at ?? '',
  }))

export const runsSchema: z.ZodType<readonly Run[]> = z.object({ workflow_runs: z.array(runSchema).nullish() }).transform(({ workflow_runs: runs }) => runs ?? [])
