export interface FakeProject {
  readonly id: number
  path: string
  readonly branches: Map<string, string>
  readonly merges: FakeThing[]
  readonly issues: FakeThing[]
  readonly notes: { readonly id: number; readonly on: string; readonly body: string; readonly author: string; readonly system: boolean }[]
}

/** A merge request or an issue. Each kind has numbers of its own. */
interface FakeThing {
  readonly id: number
  readonly iid: number
  title: string
  description: string
  state: 'opened' | 'closed' | 'merged'
  readonly source: string
  target: string
  readonly sha: string
  readonly author: string
}

export interface FakeCall {
  readonly project: FakeProject
  readonly number: number
  readonly word: string
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  readonly username: string
  readonly nextId: () => number
}

interface FakeAnswer {
  readonly status?: number
  readonly value?: unknown
  readonly list?: readonly unknown[]
  readonly text?: string
}

export type FakeRoute = readonly [method: string, path: RegExp, answer: (call: FakeCall) => FakeAnswer]

const NOW = '2026-11-25T10:00:00.000Z'
const NOT_FOUND: FakeAnswer = { status: 404, value: { message: '404 Not found' } }

function shapeMerge({ id: project, path }: FakeProject, merge: FakeThing): object {
  return {
    id: merge.id,
    iid: merge.iid,
    project_id: project,
    title: merge.title,
    description: merge.description,
    state: merge.state,
    draft: merge.title.startsWith('Draft: '),
    author: { id: 7, username: merge.author },
    source_branch: merge.source,
    target_branch: merge.target,
    source_project_id: project,
    target_project_id: project,
    sha: merge.sha,
    web_url: `https://gitlab.test/${path}/-/merge_requests/${merge.iid}`,
    created_at: NOW,
    updated_at: NOW,
    closed_at: merge.state === 'closed' ? NOW : null,
    merged_at: merge.state === 'merged' ? NOW : null,
    labels: [],
    assignees: [],
    reviewers: [],
    milestone: null,
    detailed_merge_status: 'mergeable',
  }
}

function shapeIssue({ path, notes }: FakeProject, issue: FakeThing): object {
  return {
    id: issue.id,
    iid: issue.iid,
    title: issue.title,
    description: issue.description,
    state: issue.state,
    author: { id: 7, username: issue.author },
    web_url: `https://gitlab.test/${path}/-/issues/${issue.iid}`,
    created_at: NOW,
    updated_at: NOW,
    closed_at: null,
    labels: [],
    assignees: [],
    milestone: null,
    user_notes_count: notes.filter(({ on }) => on === `issues/${issue.iid}`).length,
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function edit(thing: FakeThing, body: FakeCall['body']): void {
  if (typeof body['title'] === 'string') thing.title = body['title']
  if (typeof body['description'] === 'string') thing.description = body['description']
  if (typeof body['target_branch'] === 'string') thing.target = body['target_branch']
  if (body['state_event'] === 'close') thing.state = 'closed'
  if (body['state_event'] === 'reopen') thing.state = 'opened'
}

function onMerge({ project, number }: FakeCall, answer: (merge: FakeThing) => FakeAnswer): FakeAnswer {
  const merge = project.merges.find(({ iid }) => iid === number)
  return merge === undefined ? NOT_FOUND : answer(merge)
}

function onIssue({ project, number }: FakeCall, answer: (issue: FakeThing) => FakeAnswer): FakeAnswer {
  const issue = project.issues.find(({ iid }) => iid === number)
  return issue === undefined ? NOT_FOUND : answer(issue)
}

function byState<T extends { readonly state: string }>(query: URLSearchParams, values: readonly T[]): readonly T[] {
  const state = query.get('state') ?? 'all'
  return state === 'all' ? values : values.filter((value) => value.state === state)
}

function createMerge({ project, body, username, nextId }: FakeCall): FakeAnswer {
  const [source, target] = [text(body['source_branch']), text(body['target_branch'])]
  const sha = project.branches.get(source)
  if (sha === undefined) return { status: 400, value: { message: { base: [`Source branch "${source}" does not exist`] } } }
  const open = project.merges.find((merge) => merge.source === source && merge.state === 'opened')
  if (open !== undefined) return { status: 409, value: { message: [`Another open merge request already exists for this source branch: !${open.iid}`] } }
  const merge: FakeThing = { id: nextId(), iid: project.merges.length + 1, title: text(body['title']), description: text(body['description']), state: 'opened', source, target, sha, author: username }
  project.merges.push(merge)
  return { status: 201, value: shapeMerge(project, merge) }
}

function createIssue({ project, body, username, nextId }: FakeCall): FakeAnswer {
  const issue: FakeThing = { id: nextId(), iid: project.issues.length + 1, title: text(body['title']), description: text(body['description']), state: 'opened', source: '', target: '', sha: '', author: username }
  project.issues.push(issue)
  return { status: 201, value: shapeIssue(project, issue) }
}

function merge(call: FakeCall): FakeAnswer {
  return onMerge(call, (found) => {
    if (call.body['sha'] !== found.sha) return { status: 409, value: { message: 'SHA does not match HEAD of source branch: x' } }
    found.state = 'merged'
    return { value: shapeMerge(call.project, found) }
  })
}

function notesOf(kind: 'merge_requests' | 'issues'): readonly FakeRoute[] {
  const path = new RegExp(`^/${kind}/(\\d+)/notes$`)
  const shape = ({ id, body, author, system }: FakeProject['notes'][number]): object => ({ id, body, author: { username: author }, system, created_at: NOW, updated_at: NOW, type: null })
  return [
    ['GET', path, ({ project, word }) => ({ list: project.notes.filter(({ on }) => on === `${kind}/${word}`).map(shape) })],
    [
      'POST',
      path,
      ({ project, word, body, username, nextId }) => {
        const note = { id: nextId(), on: `${kind}/${word}`, body: text(body['body']), author: username, system: false }
        project.notes.push(note)
        return { status: 201, value: shape(note) }
      },
    ],
  ]
}

function viewBranch({ branches }: FakeProject, name: string): FakeAnswer {
  const id = branches.get(name)
  return id === undefined ? NOT_FOUND : { value: { name, commit: { id }, protected: name === 'main' } }
}

/** As git names commits: by a branch, an id, or an id behind words of one's own. */
function nameCommit({ branches }: FakeProject, name: string): string | undefined {
  const [, id = name] = /-g([0-9a-f]{4,40})$/.exec(name) ?? []
  return branches.get(name) ?? [...branches.values()].find((sha) => sha.startsWith(id))
}

/** What of GitLab's API the fake knows. */
export const ROUTES: readonly FakeRoute[] = [
  [
    'GET',
    /^$/,
    ({ project }) => ({
      value: { id: project.id, path: project.path.split('/').at(-1), path_with_namespace: project.path, namespace: { full_path: project.path.split('/').slice(0, -1).join('/') }, description: 'a widget', web_url: `https://gitlab.test/${project.path}`, default_branch: 'main', visibility: 'private', archived: false, created_at: NOW, last_activity_at: NOW },
    }),
  ],
  ['GET', /^\/repository\/branches$/, ({ project }) => ({ list: [...project.branches].map(([name, id]) => ({ name, commit: { id }, protected: name === 'main' })) })],
  ['GET', /^\/repository\/branches\/([^/]+)$/, ({ project, word }) => viewBranch(project, decodeURIComponent(word))],
  ['GET', /^\/repository\/commits$/, ({ project, query }) => ({ list: [{ id: nameCommit(project, query.get('ref_name') ?? 'main'), message: 'write it\n', author_name: 'A', authored_date: NOW, web_url: 'https://gitlab.test/c', parent_ids: [] }] })],
  ['GET', /^\/repository\/commits\/([0-9a-f]{40})\/statuses$/, () => ({ list: [{ name: 'build', status: 'success', description: null, target_url: 'https://gitlab.test/j', started_at: NOW, finished_at: NOW }, { name: 'lint', status: 'running', description: null, target_url: null, started_at: NOW, finished_at: null }] })],
  [
    'GET',
    /^\/merge_requests$/,
    ({ project, query }) => {
      const [source, target] = [query.get('source_branch'), query.get('target_branch')]
      return { list: byState(query, project.merges).filter((one) => (source ?? one.source) === one.source && (target ?? one.target) === one.target).map((one) => shapeMerge(project, one)) }
    },
  ],
  ['POST', /^\/merge_requests$/, createMerge],
  ['GET', /^\/merge_requests\/(\d+)$/, (call) => onMerge(call, (found) => ({ value: shapeMerge(call.project, found) }))],
  [
    'PUT',
    /^\/merge_requests\/(\d+)$/,
    (call) =>
      onMerge(call, (found) => {
        edit(found, call.body)
        return { value: shapeMerge(call.project, found) }
      }),
  ],
  ['PUT', /^\/merge_requests\/(\d+)\/merge$/, merge],
  ['GET', /^\/merge_requests\/(\d+)\/raw_diffs$/, (call) => onMerge(call, ({ title }) => ({ text: `diff --git a/x b/x\n+${title}\n` }))],
  ['GET', /^\/issues$/, ({ project, query }) => ({ list: byState(query, project.issues).map((issue) => shapeIssue(project, issue)) })],
  ['POST', /^\/issues$/, createIssue],
  ['GET', /^\/issues\/(\d+)$/, (call) => onIssue(call, (found) => ({ value: shapeIssue(call.project, found) }))],
  [
    'PUT',
    /^\/issues\/(\d+)$/,
    (call) =>
      onIssue(call, (found) => {
        edit(found, call.body)
        return { value: shapeIssue(call.project, found) }
      }),
  ],
  ...notesOf('merge_requests'),
  ...notesOf('issues'),
  ['GET', /^\/pipelines$/, () => ({ list: [{ id: 55, iid: 3, ref: 'main', sha: '1'.repeat(40), source: 'push', status: 'failed', web_url: 'https://gitlab.test/p', created_at: NOW, updated_at: NOW }] })],
  ['GET', /^\/pipelines\/(\d+)$/, ({ word }) => (word === '55' ? { value: { id: 55, iid: 3, ref: 'main', sha: '1'.repeat(40), source: 'push', status: 'running', web_url: 'https://gitlab.test/p', created_at: NOW, updated_at: NOW } } : NOT_FOUND)],
]
