import { type FakeObject, type FakeRepository } from './repository.ts'
import { commentShape, issueShape, pullShape, repositoryShape, reviewShape, runShape } from './shapes.ts'

interface FakeCall {
  readonly repository: FakeRepository
  readonly numbers: readonly string[]
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  readonly accept: string
  readonly login: string
  readonly nextId: () => number
}

export type FakeAnswer =
  | { readonly kind: 'one'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'list'; readonly items: readonly unknown[] }
  | { readonly kind: 'text'; readonly text: string }

export interface FakeRoute {
  readonly method: string
  /** Beneath the repository; `#` stands for a number, `:` for an id. */
  readonly path: string
  answer(call: FakeCall): FakeAnswer
}

const DOCS = 'https://docs.github.com/rest'
const one = (body: unknown, status: number = 200): FakeAnswer => ({ kind: 'one', status, body })
const list = (items: readonly unknown[]): FakeAnswer => ({ kind: 'list', items })
const NOT_FOUND: FakeAnswer = { kind: 'one', status: 404, body: { message: 'Not Found', documentation_url: DOCS, status: '404' } }

function invalid(error: object): FakeAnswer {
  return one({ message: 'Validation Failed', errors: [error], documentation_url: DOCS, status: '422' }, 422)
}

/** Whole seconds, as GitHub has them. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}

function find({ repository, numbers }: FakeCall, kind?: FakeObject['kind']): FakeObject | undefined {
  return repository.objects.find(({ number, kind: own }) => number === Number(numbers[0]) && (kind === undefined || own === kind))
}

function onPull(call: FakeCall, answer: (pull: FakeObject) => FakeAnswer): FakeAnswer {
  const pull = find(call, 'pull')
  return pull === undefined ? NOT_FOUND : answer(pull)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function byState<T extends { readonly state: string }>(query: URLSearchParams, values: readonly T[]): readonly T[] {
  const state = query.get('state') ?? 'open'
  return state === 'all' ? values : values.filter((value) => value.state === state)
}

function createPull({ repository, body, login, nextId }: FakeCall): FakeAnswer {
  const [head, base] = [text(body['head']), text(body['base'])]
  const headId = repository.branches.get(head)
  if (headId === undefined) return invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' })
  if (!repository.branches.has(base)) return invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' })
  if (repository.objects.some((object) => object.kind === 'pull' && object.head === head && object.state === 'open')) {
    return invalid({ resource: 'PullRequest', code: 'custom', message: `A pull request already exists for ${repository.owner}:${head}.` })
  }
  const pull: FakeObject = { number: repository.objects.length + 1, id: nextId(), kind: 'pull', title: text(body['title']), body: text(body['body']), state: 'open', base, head, headId, draft: body['draft'] === true, author: login, createdAt: now(), merged: false }
  repository.objects.push(pull)
  return one(pullShape(repository, pull), 201)
}

function createIssue({ repository, body, login, nextId }: FakeCall): FakeAnswer {
  const issue: FakeObject = { number: repository.objects.length + 1, id: nextId(), kind: 'issue', title: text(body['title']), body: text(body['body']), state: 'open', base: '', head: '', headId: '', draft: false, author: login, createdAt: now(), merged: false }
  repository.objects.push(issue)
  return one(issueShape(repository, issue), 201)
}

function edit(object: FakeObject, body: FakeCall['body']): void {
  for (const name of ['title', 'body', 'base'] as const) if (typeof body[name] === 'string') object[name] = body[name]
  if (body['state'] === 'open' || body['state'] === 'closed') object.state = body['state']
}

/** As git names commits: by a branch, an id, or an id behind words of one's own. */
function nameCommit({ branches }: FakeRepository, name: string): string {
  const [, id = name] = /-g([0-9a-f]{4,40})$/.exec(name) ?? []
  return branches.get(name) ?? [...branches.values()].find((sha) => sha.startsWith(id)) ?? 'x'
}

/** What of GitHub's API the fake knows. */
export const ROUTES: readonly FakeRoute[] = [
  { method: 'GET', path: '', answer: ({ repository }) => one(repositoryShape(repository)) },
  { method: 'GET', path: '/branches', answer: ({ repository }) => list([...repository.branches].map(([name, sha]) => ({ name, commit: { sha, url: 'https://github.test/c' }, protected: name === 'main' }))) },
  {
    method: 'GET',
    path: '/branches/:',
    answer: ({ repository, numbers: [written = ''] }) => {
      const name = decodeURIComponent(written)
      const sha = repository.branches.get(name)
      return sha === undefined ? NOT_FOUND : one({ name, commit: { sha, url: 'https://github.test/c' }, protected: name === 'main' })
    },
  },
  { method: 'GET', path: '/commits', answer: ({ repository, query }) => list([{ sha: nameCommit(repository, query.get('sha') ?? 'main'), commit: { message: 'write it', author: { name: 'A', email: 'a@example.org', date: '2026-11-25T10:00:00Z' } }, parents: [] }]) },
  {
    method: 'GET',
    path: '/pulls',
    answer: ({ repository, query }) => {
      const pulls = byState(query, repository.objects.filter(({ kind }) => kind === 'pull'))
      const [head, base] = [query.get('head'), query.get('base')]
      return list(pulls.filter((pull) => (head === null || head === `${repository.owner}:${pull.head}`) && (base === null || base === pull.base)).map((pull) => pullShape(repository, pull)))
    },
  },
  { method: 'POST', path: '/pulls', answer: createPull },
  {
    method: 'GET',
    path: '/pulls/#',
    answer: (call) => onPull(call, (pull) => (call.accept.includes('diff') ? { kind: 'text', text: `diff --git a/x b/x\n+${pull.title}\n` } : one(pullShape(call.repository, pull)))),
  },
  {
    method: 'PATCH',
    path: '/pulls/#',
    answer: (call) =>
      onPull(call, (pull) => {
        edit(pull, call.body)
        return one(pullShape(call.repository, pull))
      }),
  },
  {
    method: 'PUT',
    path: '/pulls/#/merge',
    answer: (call) =>
      onPull(call, (pull) => {
        if (call.body['sha'] !== pull.headId) return one({ message: 'Head branch was modified. Review and try the merge again.', documentation_url: DOCS }, 409)
        Object.assign(pull, { merged: true, state: 'closed' })
        return one({ sha: 'd'.repeat(40), merged: true, message: 'Pull Request successfully merged' })
      }),
  },
  { method: 'GET', path: '/pulls/#/comments', answer: (call) => onPull(call, () => list([])) },
  { method: 'GET', path: '/pulls/#/reviews', answer: (call) => onPull(call, ({ number }) => list(call.repository.reviews.filter(({ on }) => on === number).map((review) => reviewShape(call.repository, review)))) },
  {
    method: 'POST',
    path: '/pulls/#/reviews',
    answer: (call) =>
      onPull(call, ({ number }) => {
        const review = { id: call.nextId(), on: number, body: text(call.body['body']), author: call.login, createdAt: now(), event: text(call.body['event']) }
        call.repository.reviews.push(review)
        return one(reviewShape(call.repository, review))
      }),
  },
  { method: 'GET', path: '/issues', answer: ({ repository, query }) => list(byState(query, repository.objects).map((issue) => issueShape(repository, issue))) },
  { method: 'POST', path: '/issues', answer: createIssue },
  {
    method: 'GET',
    path: '/issues/#',
    answer: (call) => {
      const issue = find(call)
      return issue === undefined ? NOT_FOUND : one(issueShape(call.repository, issue))
    },
  },
  {
    method: 'PATCH',
    path: '/issues/#',
    answer: (call) => {
      const issue = find(call)
      if (issue === undefined) return NOT_FOUND
      edit(issue, call.body)
      return one(issueShape(call.repository, issue))
    },
  },
  { method: 'GET', path: '/issues/#/comments', answer: (call) => list(call.repository.comments.filter(({ on }) => on === Number(call.numbers[0])).map((comment) => commentShape(call.repository, comment))) },
  {
    method: 'POST',
    path: '/issues/#/comments',
    answer: (call) => {
      if (find(call) === undefined) return NOT_FOUND
      const comment = { id: call.nextId(), on: Number(call.numbers[0]), body: text(call.body['body']), author: call.login, createdAt: now() }
      call.repository.comments.push(comment)
      return one(commentShape(call.repository, comment), 201)
    },
  },
  { method: 'GET', path: '/commits/:/check-runs', answer: () => one({ total_count: 1, check_runs: [{ id: 1, name: 'build', status: 'completed', conclusion: 'success', html_url: 'https://github.test/check' }] }) },
  { method: 'GET', path: '/commits/:/status', answer: () => one({ state: 'pending', statuses: [{ context: 'lint', state: 'pending', description: 'at it', target_url: 'https://ci.test/1' }] }) },
  { method: 'GET', path: '/actions/runs', answer: ({ repository, query }) => one({ total_count: repository.runs.length, workflow_runs: repository.runs.filter(({ branch }) => query.get('branch') === null || query.get('branch') === branch).map((run) => runShape(repository, run)) }) },
  {
    method: 'GET',
    path: '/actions/runs/#',
    answer: ({ repository, numbers }) => {
      const run = repository.runs.find(({ id }) => id === Number(numbers[0]))
      return run === undefined ? NOT_FOUND : one(runShape(repository, run))
    },
  },
]
