import type { RouteMethod } from '../config/config.ts'

/** What a field of a route may hold. */
type RouteFieldType =
  | { readonly kind: 'text' }
  | { readonly kind: 'truth' }
  | { readonly kind: 'number'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }

export interface RouteField {
  readonly name: string
  readonly type: RouteFieldType
  readonly isRequired?: true
}

/** One route of `gh api`: what it is and which fields its query (GET) or body (POST) may have. */
export interface ApiRoute {
  readonly id: RouteId
  readonly method: Extract<RouteMethod, 'GET' | 'POST'>
  /** Beneath `repos/{owner}/{repo}`; empty for the repository itself. */
  readonly path: string
  readonly fields: readonly RouteField[]
  /** For the reference page. */
  readonly doc: string
}

type RouteId =
  | 'repository'
  | 'branches'
  | 'commits'
  | 'pulls'
  | 'pull'
  | 'pull-line-comments'
  | 'pull-reviews'
  | 'pull-review'
  | 'issues'
  | 'issue'
  | 'issue-comments'
  | 'create-pull'
  | 'create-issue'
  | 'create-comment'
  | 'create-review'

const text = (name: string): RouteField => ({ name, type: { kind: 'text' } })
const required = (name: string): RouteField => ({ name, type: { kind: 'text' }, isRequired: true })
const choice = (name: string, ...values: readonly string[]): RouteField => ({ name, type: { kind: 'choice', values } })
const page: readonly RouteField[] = [
  { name: 'per_page', type: { kind: 'number', minimum: 1, maximum: 100 } },
  { name: 'page', type: { kind: 'number', minimum: 1, maximum: 10 } },
]

/** Every route that is open without an operator's word. What is not here is refused. */
export const API_ROUTES: readonly ApiRoute[] = [
  { id: 'repository', method: 'GET', path: '', fields: [], doc: 'The repository.' },
  { id: 'branches', method: 'GET', path: 'branches', fields: page, doc: 'The branches that the session is shown.' },
  { id: 'commits', method: 'GET', path: 'commits', fields: [text('sha'), ...page], doc: 'Commits of a branch that the session is shown; `sha` is the name of a branch.' },
  { id: 'pulls', method: 'GET', path: 'pulls', fields: [choice('state', 'open', 'closed', 'all'), text('head'), text('base'), ...page], doc: 'Pull requests.' },
  { id: 'pull', method: 'GET', path: 'pulls/{number}', fields: [], doc: 'One pull request.' },
  { id: 'pull-line-comments', method: 'GET', path: 'pulls/{number}/comments', fields: page, doc: 'Remarks on lines of a pull request.' },
  { id: 'pull-reviews', method: 'GET', path: 'pulls/{number}/reviews', fields: page, doc: 'Reviews of a pull request.' },
  { id: 'pull-review', method: 'GET', path: 'pulls/{number}/reviews/{number}', fields: [], doc: 'One review.' },
  { id: 'issues', method: 'GET', path: 'issues', fields: [choice('state', 'open', 'closed', 'all'), text('labels'), text('creator'), ...page], doc: 'Issues, without pull requests.' },
  { id: 'issue', method: 'GET', path: 'issues/{number}', fields: [], doc: 'One issue.' },
  { id: 'issue-comments', method: 'GET', path: 'issues/{number}/comments', fields: page, doc: 'Comments of an issue or a pull request.' },
  {
    id: 'create-pull',
    method: 'POST',
    path: 'pulls',
    fields: [required('title'), required('head'), required('base'), text('body'), { name: 'draft', type: { kind: 'truth' } }],
    doc: 'Opens a pull request from a branch of this repository.',
  },
  { id: 'create-issue', method: 'POST', path: 'issues', fields: [required('title'), text('body')], doc: 'Opens an issue.' },
  { id: 'create-comment', method: 'POST', path: 'issues/{number}/comments', fields: [required('body')], doc: 'Comments on an issue or a pull request.' },
  {
    id: 'create-review',
    method: 'POST',
    path: 'pulls/{number}/reviews',
    fields: [required('body'), { name: 'event', type: { kind: 'choice', values: ['COMMENT'] }, isRequired: true }],
    doc: 'Reviews a pull request with a comment. Approving and requesting changes is refused, and so is a review without `event`, which would be pending.',
  },
]
