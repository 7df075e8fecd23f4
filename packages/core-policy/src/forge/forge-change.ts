/** What kind of thing on a forge. GitLab's merge requests are pulls here. */
export type ForgeObjectKind = 'pull' | 'issue'

export type MergeMethod = 'merge' | 'squash' | 'rebase'

/** A remark of a review on one line of the new side of a file. */
export interface LineComment {
  readonly path: string
  readonly line: number
  readonly body: string
}

/** One change on a forge, typed: all that can be done there through the gateway, but for routes that an operator adds. */
export type ForgeChange =
  | { readonly kind: 'pull.create'; readonly title: string; readonly body: string; readonly head: string; readonly base: string; readonly draft: boolean }
  | { readonly kind: 'pull.edit'; readonly number: number; readonly title?: string | undefined; readonly body?: string | undefined; readonly base?: string | undefined }
  | { readonly kind: 'pull.draft'; readonly number: number; readonly draft: boolean }
  | { readonly kind: 'pull.state'; readonly number: number; readonly state: 'open' | 'closed' }
  | { readonly kind: 'pull.comment'; readonly number: number; readonly body: string }
  | { readonly kind: 'pull.review'; readonly number: number; readonly body: string; readonly comments: readonly LineComment[] }
  | { readonly kind: 'pull.merge'; readonly number: number; readonly method: MergeMethod; readonly headId: string }
  | { readonly kind: 'issue.create'; readonly title: string; readonly body: string }
  | { readonly kind: 'issue.edit'; readonly number: number; readonly title?: string | undefined; readonly body?: string | undefined }
  | { readonly kind: 'issue.state'; readonly number: number; readonly state: 'open' | 'closed'; readonly reason?: 'completed' | 'not planned' | undefined }
  | { readonly kind: 'issue.comment'; readonly number: number; readonly body: string }
  | { readonly kind: 'route'; readonly call: AddedRouteCall }

/** A call of a route that an operator added; its path was parsed and its fields are on the list. */
export interface AddedRouteCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT'
  /** Beneath the repository, with its placeholders filled in. */
  readonly path: string
  readonly fields: ReadonlyMap<string, RouteValue>
  /** The rule that opened it: `forge.routes[0]`. */
  readonly rule: string
}

export type RouteValue = string | number | boolean | null

/** A text that a change would put on the forge. */
export interface ForgeText {
  /** Fit to stand behind "the": `title`. */
  readonly field: string
  readonly text: string
  /** One line, as a title is; or as many as are wanted. */
  readonly form: 'line' | 'text' | 'name'
}

/** Every text of a change: all of them are bounded and scanned before anything leaves. */
export function listTexts(change: ForgeChange): readonly ForgeText[] {
  const texts: ForgeText[] = []
  if ('title' in change && change.title !== undefined) texts.push({ field: 'title', text: change.title, form: 'line' })
  if ('body' in change && change.body !== undefined) texts.push({ field: 'body', text: change.body, form: 'text' })
  if ('head' in change) texts.push({ field: 'head branch', text: change.head, form: 'name' })
  if ('base' in change && change.base !== undefined) texts.push({ field: 'base branch', text: change.base, form: 'name' })
  if (change.kind === 'pull.review') {
    for (const { path, body } of change.comments) texts.push({ field: 'comment', text: body, form: 'text' }, { field: 'path', text: path, form: 'name' })
  }
  if (change.kind === 'route') {
    texts.push({ field: 'path', text: change.call.path, form: 'name' })
    for (const [name, value] of change.call.fields) {
      if (typeof value === 'string') texts.push({ field: `field ${name}`, text: value, form: 'text' })
    }
  }
  return texts
}

/** The number of the object that a change is about; undefined for one that makes something. */
export function numberOf(change: ForgeChange): number | undefined {
  return 'number' in change ? change.number : undefined
}

/** What kind of object a change is about. */
export function objectKindOf(change: ForgeChange): ForgeObjectKind | undefined {
  if (change.kind === 'route') return undefined
  return change.kind.startsWith('pull.') ? 'pull' : 'issue'
}
