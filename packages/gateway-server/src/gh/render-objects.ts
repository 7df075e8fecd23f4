import { printable } from '@refward/core-policy'
import type { Check, Comment, Issue, Pull, Repository, Run } from '@refward/forge-api'
import { aligned, cell, tabbed } from './plain-text.ts'

/** Whether the agent's gh writes to a terminal: tables are then for people, else for programs. */
export interface Screen {
  readonly isTerminal: boolean
}

export function renderPulls(pulls: readonly Pull[], { isTerminal }: Screen, heading: string): string {
  if (!isTerminal) return pulls.map(({ number, title, head, state, isDraft, createdAt }) => tabbed(number, title, headName(head), isDraft ? 'DRAFT' : state.toUpperCase(), createdAt)).join('')
  const rows = pulls.map(({ number, title, head, createdAt }) => [`#${number}`, title, headName(head), createdAt.slice(0, 10)])
  return `\n${heading}\n\n${aligned([['ID', 'TITLE', 'BRANCH', 'CREATED AT'], ...rows])}`
}

export function renderIssues(issues: readonly Issue[], { isTerminal }: Screen, heading: string): string {
  if (!isTerminal) return issues.map(({ number, state, title, labels, updatedAt }) => tabbed(number, state.toUpperCase(), title, labels.join(', '), updatedAt)).join('')
  const rows = issues.map(({ number, title, labels, updatedAt }) => [`#${number}`, title, labels.join(', '), updatedAt.slice(0, 10)])
  return `\n${heading}\n\n${aligned([['ID', 'TITLE', 'LABELS', 'UPDATED'], ...rows])}`
}

export function renderRuns(runs: readonly Run[], { isTerminal }: Screen): string {
  if (!isTerminal) {
    return runs.map(({ status, conclusion, title, workflow, branch, event, id, createdAt, updatedAt }) => tabbed(status, conclusion, title, workflow, branch, event, id, elapsed(createdAt, updatedAt), createdAt)).join('')
  }
  const rows = runs.map(({ status, conclusion, title, workflow, branch, event, id }) => [conclusion === '' ? status : conclusion, title, workflow, branch, event, String(id)])
  return aligned([['STATUS', 'TITLE', 'WORKFLOW', 'BRANCH', 'EVENT', 'ID'], ...rows])
}

function headName({ branch, isSameRepository, repository }: Pull['head']): string {
  return isSameRepository || repository === undefined ? branch : `${repository.split('/')[0] ?? ''}:${branch}`
}

function elapsed(from: string, to: string): string {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000)
  if (!Number.isFinite(seconds) || seconds < 0) return '0s'
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : '', `${rest}s`].join('')
}

/** As gh shows a pull request to programs. */
export function renderPull(pull: Pull): string {
  const head: readonly (readonly [string, string])[] = [
    ['title', pull.title],
    ['state', pull.isDraft ? 'DRAFT' : pull.state.toUpperCase()],
    ['author', pull.author],
    ['labels', pull.labels.join(', ')],
    ['assignees', pull.assignees.join(', ')],
    ['reviewers', pull.reviewers.join(', ')],
    ['projects', ''],
    ['milestone', pull.milestone ?? ''],
    ['number', String(pull.number)],
    ['url', pull.url],
    ['additions', String(pull.additions ?? '')],
    ['deletions', String(pull.deletions ?? '')],
    ['auto-merge', 'disabled'],
  ]
  return renderHead(head, pull.body)
}

export function renderIssue(issue: Issue): string {
  const head: readonly (readonly [string, string])[] = [
    ['title', issue.title],
    ['state', issue.state.toUpperCase()],
    ['author', issue.author],
    ['labels', issue.labels.join(', ')],
    ['comments', String(issue.comments)],
    ['assignees', issue.assignees.join(', ')],
    ['projects', ''],
    ['milestone', issue.milestone ?? ''],
    ['number', String(issue.number)],
  ]
  return renderHead(head, issue.body)
}

function renderHead(head: readonly (readonly [string, string])[], body: string): string {
  return `${head.map(([name, value]) => `${name}:\t${cell(value)}\n`).join('')}--\n${printable(body)}\n`
}

/** As gh shows comments to programs. */
export function renderComments(comments: readonly Comment[]): string {
  return comments.map(({ author, body }) => `author:\t${cell(author)}\nassociation:\tnone\nedited:\tfalse\nstatus:\tnone\n--\n${printable(body)}\n--\n`).join('')
}

export function renderRepository({ owner, name, description }: Repository): string {
  return `name:\t${cell(`${owner}/${name}`)}\ndescription:\t${cell(description)}\n`
}

export function renderChecks(checks: readonly Check[]): string {
  return checks.map(({ name, state, url, description, startedAt, completedAt }) => tabbed(name, state, elapsed(startedAt ?? '', completedAt ?? ''), url, description)).join('')
}

export function renderRun(run: Run): string {
  const state = run.conclusion === '' ? run.status : run.conclusion
  return `\n${cell(`${state} ${run.branch} ${run.workflow} · ${run.id}`)}\nTriggered via ${cell(run.event)} at ${cell(run.createdAt)}\n\nView this run on the forge: ${cell(run.url)}\n`
}
