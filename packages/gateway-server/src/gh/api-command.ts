import { type ApiOperation, type ApiWrite, type ForgeChange, type ForgeRead, type GhOperation, RefwardError, apiOperation, isRefwardError, parseApiCall, reviewOf } from '@refward/core-policy'
import type { Written } from '@refward/forge-api'
import type { ForgeReader } from '../forge-operations/forge-read.ts'
import { requestProblems } from '../http/request-problems.ts'
import type { GhAnswer } from './gh-answer.ts'
import { type GhWorld, showJson } from './gh-world.ts'
import { branchRest, commentRest, commitRest, issueRest, pullRest, remarkRest, repositoryRest, reviewRest } from './json/rest-shapes.ts'

const ALL = 1000

/** `gh api`: a call of the list, in GitHub's form whatever the forge is. */
export async function callApi(world: GhWorld, { call, paginate }: Extract<GhOperation, { kind: 'api' }>): Promise<GhAnswer> {
  const rules = world.policy.repository(world.context.repo)
  const parsed = parseApiCall(call, { repository: rules?.repo.path ?? world.name, added: rules?.settings.forge.routes ?? [] })
  if (parsed.kind === 'error') throw requestProblems(parsed.problems, 'args')
  const operation = apiOperation(parsed.value, world.name.split('/')[0] ?? '')
  if (operation.kind === 'write') return showJson(world, shapeWritten(await world.write(await toChange(world, operation.write))))
  const review = reviewOf(parsed.value)
  const value = await world.read({ action: operation.read.kind, target: targetOf(operation.read) }, (reader) => readShaped(reader, paginate ? wholeList(operation) : operation))
  return showJson(world, review === undefined ? value : pick(value, review))
}

type Reading = Extract<ApiOperation, { kind: 'read' }>

/** One page is cut out of what is read, so that pages begin where they do on the forge. */
async function readShaped(reader: ForgeReader, { read, page }: Reading): Promise<unknown> {
  const values = await readList(reader, read)
  if (values === undefined) return readOne(reader, read)
  return values.slice((page.number - 1) * page.size, page.number * page.size)
}

function wholeList(operation: Reading): Reading {
  const { read } = operation
  const page = { size: ALL, number: 1 }
  if (read.kind === 'pull.list' || read.kind === 'issue.list') return { ...operation, page, read: { ...read, query: { ...read.query, limit: ALL } } }
  return 'limit' in read ? { ...operation, page, read: { ...read, limit: ALL } } : operation
}

async function readList(reader: ForgeReader, read: ForgeRead): Promise<readonly object[] | undefined> {
  switch (read.kind) {
    case 'branch.list':
      return (await reader.get<'branch.list'>(read)).map(branchRest)
    case 'commit.list':
      return (await reader.get<'commit.list'>(read)).map(commitRest)
    case 'pull.list':
      return (await reader.get<'pull.list'>(read)).map(pullRest)
    case 'pull.line-comments':
      return (await reader.get<'pull.line-comments'>(read)).map(remarkRest)
    case 'pull.reviews':
      return (await reader.get<'pull.reviews'>(read)).map(reviewRest)
    case 'issue.list':
      return (await reader.get<'issue.list'>(read)).map(issueRest)
    case 'issue.comments':
      return (await readComments(reader, read.number, read.limit)).map(commentRest)
    default:
      return undefined
  }
}

/** The number is that of an issue or of a pull request; which of the two, the forge has to say. */
async function readComments(reader: ForgeReader, number: number, limit: number): ReturnType<typeof reader.get<'issue.comments'>> {
  return (await isIssue(reader, number)) ? reader.get<'issue.comments'>({ kind: 'issue.comments', number, limit }) : reader.get<'pull.comments'>({ kind: 'pull.comments', number, limit })
}

async function isIssue(reader: ForgeReader, number: number): Promise<boolean> {
  try {
    await reader.get<'issue.view'>({ kind: 'issue.view', number })
    return true
  } catch (error) {
    if (isRefwardError(error) && error.code === 'RW_FORGE_NOT_FOUND') return false
    throw error
  }
}

async function readOne(reader: ForgeReader, read: ForgeRead): Promise<unknown> {
  switch (read.kind) {
    case 'repository.view':
      return repositoryRest(await reader.get<'repository.view'>(read))
    case 'pull.view':
      return pullRest(await reader.get<'pull.view'>(read))
    case 'issue.view':
      return issueRest(await reader.get<'issue.view'>(read))
    case 'route':
      return reader.get<'route'>(read)
    default:
      throw new RefwardError('RW_INTERNAL', {}, { cause: new Error(`no route reads ${read.kind}`) })
  }
}

async function toChange(world: GhWorld, write: ApiWrite): Promise<ForgeChange> {
  switch (write.kind) {
    case 'create-pull':
      return { ...write, kind: 'pull.create' }
    case 'create-issue':
      return { ...write, kind: 'issue.create' }
    case 'review':
      return { kind: 'pull.review', number: write.number, body: write.body, comments: [] }
    case 'route':
      return write
    case 'comment': {
      const issue = await world.read({ action: 'issue.view', target: `#${write.number}` }, (reader) => isIssue(reader, write.number))
      return { kind: issue ? 'issue.comment' : 'pull.comment', number: write.number, body: write.body }
    }
  }
}

function shapeWritten(written: Written): unknown {
  switch (written.kind) {
    case 'pull':
      return pullRest(written.pull)
    case 'issue':
      return issueRest(written.issue)
    case 'comment':
      return commentRest(written.comment)
    case 'review':
      return reviewRest(written.review)
    case 'route':
      return written.answer
  }
}

function targetOf(read: ForgeRead): string | undefined {
  if (read.kind === 'route') return `GET ${read.call.path}`
  return 'number' in read ? `#${read.number}` : undefined
}

function pick(value: unknown, id: number): unknown {
  const values: readonly unknown[] = Array.isArray(value) ? value : []
  const found = values.find((one: unknown) => typeof one === 'object' && one !== null && 'id' in one && one.id === id)
  if (found !== undefined) return found
  throw new RefwardError('RW_FORGE_NOT_FOUND', { what: `review ${id}`, repo: 'it' })
}
