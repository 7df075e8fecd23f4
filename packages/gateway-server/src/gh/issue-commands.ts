import type { GhOperation } from '@refward/core-policy'
import type { Issue } from '@refward/forge-api'
import type { ForgeReader } from '../forge-operations/forge-read.ts'
import { type GhAnswer, tell } from './gh-answer.ts'
import { type GhWorld, showMany, showOne } from './gh-world.ts'
import type { FieldTable } from './json/fields.ts'
import { commentJson, issueFields, repositoryFields, runFields } from './json/object-fields.ts'
import { cell } from './plain-text.ts'
import { showUrl } from './pull-commands.ts'
import { renderComments, renderIssue, renderIssues, renderRepository, renderRun, renderRuns } from './render-objects.ts'
import { issueNumber } from './resolve-pull.ts'

type Of<K extends GhOperation['kind']> = Extract<GhOperation, { readonly kind: K }>

export async function listIssues(world: GhWorld, { query }: Of<'issue.list'>): Promise<GhAnswer> {
  const issues = await world.read({ action: 'issue.list' }, (reader) => reader.get<'issue.list'>({ kind: 'issue.list', query }))
  const heading = `Showing ${issues.length} ${query.state === 'all' ? '' : `${query.state} `}issues in ${world.name}`
  return showMany(world, issueFields, issues, () => (issues.length === 0 ? '' : renderIssues(issues, world.screen, heading)))
}

export async function viewIssue(world: GhWorld, { select, comments }: Of<'issue.view'>): Promise<GhAnswer> {
  const number = issueNumber(world, select)
  return world.read({ action: 'issue.view', target: `#${number}` }, async (reader) => {
    const issue = await reader.get<'issue.view'>({ kind: 'issue.view', number })
    return showOne(world, issueFieldsOf(reader), issue, async () => (comments ? renderComments(await reader.get<'issue.comments'>({ kind: 'issue.comments', number, limit: 1000 })) : renderIssue(issue)))
  })
}

function issueFieldsOf(reader: ForgeReader): FieldTable<Issue> {
  return new Map<string, (issue: Issue) => unknown>([
    ...issueFields,
    ['comments', async ({ number }) => (await reader.get<'issue.comments'>({ kind: 'issue.comments', number, limit: 1000 })).map(commentJson)],
  ])
}

export async function createIssue(world: GhWorld, { title, body }: Of<'issue.create'>): Promise<GhAnswer> {
  return showUrl(await world.write({ kind: 'issue.create', title, body }))
}

export async function commentIssue(world: GhWorld, { select, body }: Of<'issue.comment'>): Promise<GhAnswer> {
  return showUrl(await world.write({ kind: 'issue.comment', number: issueNumber(world, select), body }))
}

export async function editIssue(world: GhWorld, { select, title, body }: Of<'issue.edit'>): Promise<GhAnswer> {
  return showUrl(await world.write({ kind: 'issue.edit', number: issueNumber(world, select), title, body }))
}

export async function setIssueState(world: GhWorld, { select, state, reason, comment }: Of<'issue.state'>): Promise<GhAnswer> {
  const number = issueNumber(world, select)
  const written = await world.write({ kind: 'issue.state', number, state, reason })
  if (comment !== undefined) await world.write({ kind: 'issue.comment', number, body: comment })
  const title = written.kind === 'issue' ? ` (${cell(written.issue.title)})` : ''
  return tell(`✓ ${state === 'open' ? 'Reopened' : 'Closed'} issue ${world.name}#${number}${title}\n`)
}

export async function viewRepository(world: GhWorld): Promise<GhAnswer> {
  const repository = await world.read({ action: 'repository.view' }, (reader) => reader.get<'repository.view'>({ kind: 'repository.view' }))
  return showOne(world, repositoryFields, repository, () => renderRepository(repository))
}

export async function listRuns(world: GhWorld, { query }: Of<'run.list'>): Promise<GhAnswer> {
  const runs = (await world.read({ action: 'run.list' }, (reader) => reader.get<'run.list'>({ kind: 'run.list', query }))).slice(0, query.limit)
  return showMany(world, runFields, runs, () => renderRuns(runs, world.screen))
}

export async function viewRun(world: GhWorld, { id }: Of<'run.view'>): Promise<GhAnswer> {
  const run = await world.read({ action: 'run.view', target: String(id) }, (reader) => reader.get<'run.view'>({ kind: 'run.view', id }))
  return showOne(world, runFields, run, () => renderRun(run))
}
