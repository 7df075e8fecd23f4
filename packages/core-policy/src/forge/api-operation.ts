import type { RouteValue } from './forge-change.ts'
import type { ForgeRead, ObjectQuery } from './forge-query.ts'
import type { ApiCall } from './parse-api-call.ts'

/** What a call of `gh api` comes to: something that is read, or something that is written and what is read to find out on what. */
export type ApiOperation =
  | { readonly kind: 'read'; readonly read: ForgeRead; readonly page: Page; readonly shape: ApiShape }
  | { readonly kind: 'write'; readonly write: ApiWrite; readonly shape: ApiShape }

/** Which part of a list. */
interface Page {
  readonly size: number
  readonly number: number
}

/** How an answer is shown: GitHub's form of it, whatever the forge is; `raw` is the forge's own. */
export type ApiShape = 'repository' | 'branch' | 'commit' | 'pull' | 'review' | 'line-comment' | 'issue' | 'comment' | 'raw'

/** Comments are written to issues and pull requests by one route: which of the two a number is, the forge has to say. */
export type ApiWrite =
  | { readonly kind: 'create-pull'; readonly title: string; readonly body: string; readonly head: string; readonly base: string; readonly draft: boolean }
  | { readonly kind: 'create-issue'; readonly title: string; readonly body: string }
  | { readonly kind: 'comment'; readonly number: number; readonly body: string }
  | { readonly kind: 'review'; readonly number: number; readonly body: string }
  | { readonly kind: 'route'; readonly call: Extract<ApiCall, { kind: 'added' }>['call'] }

/** The typed operation behind a call. `owner` is the repository's. */
export function apiOperation(call: ApiCall, owner: string): ApiOperation {
  if (call.kind === 'added') {
    if (call.call.method === 'GET') return { kind: 'read', read: { kind: 'route', call: call.call }, page: { size: 1, number: 1 }, shape: 'raw' }
    return { kind: 'write', write: { kind: 'route', call: call.call }, shape: 'raw' }
  }
  const { route, numbers, fields } = call
  const [number = 0] = numbers
  const page: Page = { size: whole(fields.get('per_page'), 30), number: whole(fields.get('page'), 1) }
  const limit = page.size * page.number
  const read = (read: ForgeRead, shape: ApiShape): ApiOperation => ({ kind: 'read', read, page, shape })
  switch (route.id) {
    case 'repository':
      return read({ kind: 'repository.view' }, 'repository')
    case 'branches':
      return read({ kind: 'branch.list', limit }, 'branch')
    case 'commits':
      return read({ kind: 'commit.list', limit, branch: words(fields.get('sha')) }, 'commit')
    case 'pulls':
      return read({ kind: 'pull.list', query: { ...queryOf(fields, limit), head: headOf(fields.get('head'), owner), base: words(fields.get('base')) } }, 'pull')
    case 'pull':
      return read({ kind: 'pull.view', number }, 'pull')
    case 'pull-line-comments':
      return read({ kind: 'pull.line-comments', number, limit }, 'line-comment')
    case 'pull-reviews':
    case 'pull-review':
      return read({ kind: 'pull.reviews', number, limit: route.id === 'pull-review' ? 1000 : limit }, 'review')
    case 'issues':
      return read({ kind: 'issue.list', query: { ...queryOf(fields, limit), author: words(fields.get('creator')), labels: (words(fields.get('labels')) ?? '').split(',').filter((label) => label !== '') } }, 'issue')
    case 'issue':
      return read({ kind: 'issue.view', number }, 'issue')
    case 'issue-comments':
      return read({ kind: 'issue.comments', number, limit }, 'comment')
    case 'create-pull': {
      const draft = fields.get('draft') === true
      return { kind: 'write', write: { kind: 'create-pull', title: must(fields, 'title'), body: must(fields, 'body'), head: headOf(fields.get('head'), owner) ?? '', base: must(fields, 'base'), draft }, shape: 'pull' }
    }
    case 'create-issue':
      return { kind: 'write', write: { kind: 'create-issue', title: must(fields, 'title'), body: must(fields, 'body') }, shape: 'issue' }
    case 'create-comment':
      return { kind: 'write', write: { kind: 'comment', number, body: must(fields, 'body') }, shape: 'comment' }
    case 'create-review':
      return { kind: 'write', write: { kind: 'review', number, body: must(fields, 'body') }, shape: 'review' }
  }
}

/** Of a call to one review: which. */
export function reviewOf(call: ApiCall): number | undefined {
  return call.kind === 'known' && call.route.id === 'pull-review' ? call.numbers[1] : undefined
}

function queryOf(fields: ReadonlyMap<string, RouteValue>, limit: number): ObjectQuery {
  const state = fields.get('state')
  return { state: state === 'closed' || state === 'all' ? state : 'open', limit, labels: [] }
}

/** GitHub writes the owner in front of a head: `acme:topic`. Another owner stays there: it would be a fork, and no branch has such a name. */
function headOf(value: RouteValue | undefined, owner: string): string | undefined {
  const head = words(value)
  return head?.toLowerCase().startsWith(`${owner.toLowerCase()}:`) === true ? head.slice(owner.length + 1) : head
}

function words(value: RouteValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function must(fields: ReadonlyMap<string, RouteValue>, name: string): string {
  return words(fields.get(name)) ?? ''
}

function whole(value: RouteValue | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}
