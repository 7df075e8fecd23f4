import { createProblem } from '../errors/refusal.ts'
import type { RouteValue } from '../forge/forge-change.ts'
import type { ObjectQuery } from '../forge/forge-query.ts'
import type { Parsed } from '../parsed.ts'
import type { GhCommand, GhOperation } from './gh-operation.ts'
import type { GhReader } from './gh-reader.ts'
import type { Selector } from './gh-types.ts'

type Read = Parsed<GhOperation>

/** The typed operation of a command line that its table has accepted. */
export function toOperation(reader: GhReader): Parsed<GhCommand> {
  const output = reader.output()
  if (output.jq !== undefined && output.fields === undefined && reader.words !== 'api') return usage('cannot use `--jq` without specifying `--json`', 'add --json <fields>')
  if (reader.lacksInput) return usage('--body-file - needs a standard input', 'send the text as stdin, or use --body')
  const read = READERS.get(reader.words)?.(reader) ?? usage(`gh ${reader.words} is not read`, 'use another command')
  return read.kind === 'error' ? read : { kind: 'ok', value: { repo: reader.repo(), output, operation: read.value } }
}

function usage(detail: string, remedy: string): Parsed<never> {
  return { kind: 'error', problems: [createProblem('RW_GH_USAGE', '', { detail, remedy })] }
}

function ok(value: GhOperation): Read {
  return { kind: 'ok', value }
}

const READERS: ReadonlyMap<string, (reader: GhReader) => Read> = new Map<string, (reader: GhReader) => Read>([
  ['pr create', readCreatePull],
  ['pr list', (reader) => ok({ kind: 'pr.list', query: readQuery(reader) })],
  ['pr view', (reader) => ok({ kind: 'pr.view', select: reader.selector(), comments: reader.has('--comments') })],
  ['pr diff', (reader) => ok({ kind: 'pr.diff', select: reader.selector(), nameOnly: reader.has('--name-only') })],
  ['pr checks', (reader) => ok({ kind: 'pr.checks', select: reader.selector() })],
  ['pr status', () => ok({ kind: 'pr.status' })],
  ['pr comment', (reader) => withBody(reader, (body) => ({ kind: 'pr.comment', select: reader.selector(), body }))],
  ['pr edit', readEditPull],
  ['pr close', (reader) => withSelector(reader, (select) => ({ kind: 'pr.state', select, state: 'closed', comment: reader.text('--comment') }))],
  ['pr reopen', (reader) => withSelector(reader, (select) => ({ kind: 'pr.state', select, state: 'open', comment: reader.text('--comment') }))],
  ['pr ready', (reader) => ok({ kind: 'pr.ready', select: reader.selector(), draft: reader.has('--undo') })],
  ['pr review', readReview],
  ['pr merge', readMerge],
  ['issue create', readCreateIssue],
  ['issue list', (reader) => ok({ kind: 'issue.list', query: readQuery(reader) })],
  ['issue view', (reader) => withSelector(reader, (select) => ({ kind: 'issue.view', select, comments: reader.has('--comments') }))],
  ['issue comment', (reader) => withBody(reader, (body) => ({ kind: 'issue.comment', select: reader.selector() ?? NOTHING, body }))],
  ['issue edit', readEditIssue],
  ['issue close', (reader) => withSelector(reader, (select) => ({ kind: 'issue.state', select, state: 'closed', reason: reasonOf(reader), comment: reader.text('--comment') }))],
  ['issue reopen', (reader) => withSelector(reader, (select) => ({ kind: 'issue.state', select, state: 'open', reason: undefined, comment: reader.text('--comment') }))],
  ['repo view', () => ok({ kind: 'repo.view' })],
  ['run list', (reader) => ok({ kind: 'run.list', query: { limit: reader.count('--limit', 20), branch: reader.text('--branch'), commit: reader.text('--commit') } })],
  ['run view', readRun],
  ['auth status', () => ok({ kind: 'auth.status' })],
  ['api', readApi],
])

/** The table asks for one; a number that no object has stands in for the type. */
const NOTHING: Selector = { kind: 'number', number: 0 }

function withSelector(reader: GhReader, make: (select: Selector) => GhOperation): Read {
  return ok(make(reader.selector() ?? NOTHING))
}

function withBody(reader: GhReader, make: (body: string) => GhOperation): Read {
  const body = reader.body()
  return body === undefined || body.trim() === '' ? usage('flags required when not running interactively: --body or --body-file', 'give --body') : ok(make(body))
}

function readCreatePull(reader: GhReader): Read {
  const title = reader.text('--title')
  const body = reader.body()
  if (title === undefined || body === undefined) return usage('must provide `--title` and `--body` when not running interactively', 'give both')
  return ok({ kind: 'pr.create', title, body, head: reader.text('--head'), base: reader.text('--base'), draft: reader.has('--draft') })
}

function readCreateIssue(reader: GhReader): Read {
  const title = reader.text('--title')
  const body = reader.body()
  return title === undefined || body === undefined ? usage('must provide `--title` and `--body` when not running interactively', 'give both') : ok({ kind: 'issue.create', title, body })
}

function readEditPull(reader: GhReader): Read {
  const [title, body, base] = [reader.text('--title'), reader.body(), reader.text('--base')]
  if (title === undefined && body === undefined && base === undefined) return usage('nothing is to be changed', 'give --title, --body or --base')
  return ok({ kind: 'pr.edit', select: reader.selector(), title, body, base })
}

function readEditIssue(reader: GhReader): Read {
  const [title, body] = [reader.text('--title'), reader.body()]
  return title === undefined && body === undefined ? usage('nothing is to be changed', 'give --title or --body') : ok({ kind: 'issue.edit', select: reader.selector() ?? NOTHING, title, body })
}

function readReview(reader: GhReader): Read {
  if (!reader.has('--comment')) return usage('--comment is needed', 'review with --comment --body; agents cannot approve or request changes')
  return withBody(reader, (body) => ({ kind: 'pr.review', select: reader.selector(), body }))
}

function readMerge(reader: GhReader): Read {
  const method = (['merge', 'squash', 'rebase'] as const).find((name) => reader.has(`--${name}`))
  return ok({ kind: 'pr.merge', select: reader.selector(), method: method ?? 'merge' })
}

function reasonOf(reader: GhReader): 'completed' | 'not planned' | undefined {
  const reason = reader.text('--reason')
  return reason === 'completed' || reason === 'not planned' ? reason : undefined
}

function readRun(reader: GhReader): Read {
  const id = reader.positional()
  return id?.kind === 'count' ? ok({ kind: 'run.view', id: id.count }) : usage('run view needs an id', 'gh run list shows them')
}

function readQuery(reader: GhReader): ObjectQuery {
  const state = reader.text('--state')
  return {
    state: state === 'closed' || state === 'merged' || state === 'all' ? state : 'open',
    limit: reader.count('--limit', 30),
    head: reader.text('--head'),
    base: reader.text('--base'),
    author: reader.text('--author')?.replace(/^@/, ''),
    labels: reader.texts('--label'),
    draft: reader.has('--draft') ? true : undefined,
  }
}

function readApi(reader: GhReader): Read {
  const fields: (readonly [string, RouteValue])[] = []
  for (const { flag, value } of reader.assignments()) {
    // gh reads the file on its own side. There is no side of the agent here.
    if (flag === '--field' && value.value.startsWith('@')) return usage(`-F ${value.name}=@... would read a file, and the gateway reads none`, 'give the text itself with -f')
    fields.push([value.name, flag === '--field' ? readTyped(value.value) : value.value])
  }
  const method = reader.text('--method') ?? (fields.length === 0 ? 'GET' : 'POST')
  return ok({ kind: 'api', call: { method: method.toUpperCase(), endpoint: reader.positional()?.text ?? '', fields }, paginate: reader.has('--paginate') })
}

/** As gh does for -F: words and whole numbers are what they say. */
function readTyped(text: string): RouteValue {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  return /^-?(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : text
}
