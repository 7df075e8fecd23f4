import type { Check, Comment, Issue, Pull, Repository, Review, Run } from '@refward/forge-api'
import type { FieldTable } from './fields.ts'

type Shared = Pull | Issue

const login = (name: string): { readonly login: string } => ({ login: name })

const shared: readonly (readonly [string, (object: Shared) => unknown])[] = [
  ['assignees', ({ assignees }) => assignees.map(login)],
  ['author', ({ author }) => login(author)],
  ['body', ({ body }) => body],
  ['closed', ({ state }) => state !== 'open'],
  ['closedAt', ({ closedAt }) => closedAt ?? null],
  ['createdAt', ({ createdAt }) => createdAt],
  ['id', ({ id }) => id],
  ['labels', ({ labels }) => labels.map((name) => ({ name }))],
  ['milestone', ({ milestone }) => (milestone === undefined ? null : { title: milestone })],
  ['number', ({ number }) => number],
  ['state', ({ state }) => state.toUpperCase()],
  ['title', ({ title }) => title],
  ['updatedAt', ({ updatedAt }) => updatedAt],
  ['url', ({ url }) => url],
]

export const pullFields: FieldTable<Pull> = new Map<string, (pull: Pull) => unknown>([
  ...shared,
  ['additions', ({ additions }) => additions ?? null],
  ['baseRefName', ({ base }) => base],
  ['changedFiles', ({ changedFiles }) => changedFiles ?? null],
  ['deletions', ({ deletions }) => deletions ?? null],
  ['headRefName', ({ head }) => head.branch],
  ['headRefOid', ({ head }) => head.id],
  ['headRepository', ({ head }) => (head.repository === undefined ? null : { name: head.repository.split('/').at(-1) })],
  ['headRepositoryOwner', ({ head }) => (head.repository === undefined ? null : login(head.repository.split('/').slice(0, -1).join('/')))],
  ['isCrossRepository', ({ head }) => !head.isSameRepository],
  ['isDraft', ({ isDraft }) => isDraft],
  ['mergeable', ({ isMergeable }) => (isMergeable === undefined ? 'UNKNOWN' : isMergeable ? 'MERGEABLE' : 'CONFLICTING')],
  ['mergedAt', ({ mergedAt }) => mergedAt ?? null],
  ['reviewRequests', ({ reviewers }) => reviewers.map(login)],
])

export const issueFields: FieldTable<Issue> = new Map<string, (issue: Issue) => unknown>(shared)

export function commentJson({ id, author, body, url, createdAt }: Comment): object {
  return { id, author: login(author), body, url, createdAt }
}

export function reviewJson({ id, author, body, state, submittedAt }: Review): object {
  return { id, author: login(author), body, state: state.toUpperCase().replaceAll('-', '_'), submittedAt: submittedAt ?? null }
}

const CHECK_STATES = { pass: 'SUCCESS', fail: 'FAILURE', pending: 'PENDING', skipping: 'SKIPPED', cancel: 'CANCELLED' } as const

export const checkFields: FieldTable<Check> = new Map<string, (check: Check) => unknown>([
  ['bucket', ({ state }) => state],
  ['completedAt', ({ completedAt }) => completedAt ?? null],
  ['description', ({ description }) => description],
  ['link', ({ url }) => url],
  ['name', ({ name }) => name],
  ['startedAt', ({ startedAt }) => startedAt ?? null],
  ['state', ({ state }) => CHECK_STATES[state]],
])

export const repositoryFields: FieldTable<Repository> = new Map<string, (repository: Repository) => unknown>([
  ['createdAt', ({ createdAt }) => createdAt ?? null],
  ['defaultBranchRef', ({ defaultBranch }) => ({ name: defaultBranch })],
  ['description', ({ description }) => description],
  ['id', ({ id }) => id],
  ['isArchived', ({ isArchived }) => isArchived],
  ['isFork', ({ isFork }) => isFork],
  ['isPrivate', ({ isPrivate }) => isPrivate],
  ['name', ({ name }) => name],
  ['nameWithOwner', ({ owner, name }) => `${owner}/${name}`],
  ['owner', ({ owner }) => login(owner)],
  ['updatedAt', ({ updatedAt }) => updatedAt ?? null],
  ['url', ({ url }) => url],
  ['visibility', ({ isPrivate }) => (isPrivate ? 'PRIVATE' : 'PUBLIC')],
])

export const runFields: FieldTable<Run> = new Map<string, (run: Run) => unknown>([
  ['conclusion', ({ conclusion }) => conclusion],
  ['createdAt', ({ createdAt }) => createdAt],
  ['databaseId', ({ id }) => id],
  ['displayTitle', ({ title }) => title],
  ['event', ({ event }) => event],
  ['headBranch', ({ branch }) => branch],
  ['headSha', ({ commit }) => commit],
  ['name', ({ workflow }) => workflow],
  ['number', ({ number }) => number],
  ['status', ({ status }) => status],
  ['updatedAt', ({ updatedAt }) => updatedAt],
  ['url', ({ url }) => url],
  ['workflowName', ({ workflow }) => workflow],
])
