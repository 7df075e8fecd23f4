import { type FakeComment, type FakeObject, type FakeRepository, type FakeReview, type FakeRun, NOW } from './repository.ts'

// What the fake says of its state; everything else that GitHub's description asks for is filled in from there.

export function repositoryShape({ id, owner, name }: FakeRepository): object {
  return { id, name, full_name: `${owner}/${name}`, owner: user(owner), private: true, html_url: `https://github.test/${owner}/${name}`, description: 'a widget', default_branch: 'main', archived: false, fork: false, created_at: NOW, updated_at: NOW }
}

function user(login: string): object {
  return { login, id: 7 }
}

export function pullShape(repository: FakeRepository, pull: FakeObject): object {
  const { owner, name } = repository
  const end = (ref: string, sha: string): object => ({ ref, sha, label: `${owner}:${ref}`, repo: repositoryShape(repository), user: user(owner) })
  return {
    id: pull.id,
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    draft: pull.draft,
    merged: pull.merged,
    merged_at: pull.merged ? NOW : null,
    closed_at: pull.state === 'closed' ? NOW : null,
    user: user(pull.author),
    html_url: `https://github.test/${owner}/${name}/pull/${pull.number}`,
    head: pull.fork === undefined ? end(pull.head, pull.headId) : { ...end(pull.head, pull.headId), label: `${pull.fork.split('/')[0]}:${pull.head}`, repo: { ...repositoryShape(repository), id: 9, full_name: pull.fork } },
    base: end(pull.base, repository.branches.get(pull.base) ?? ''),
    created_at: pull.createdAt,
    updated_at: NOW,
    labels: [],
  }
}

export function issueShape({ owner, name, comments }: FakeRepository, issue: FakeObject): object {
  const pull = issue.kind === 'pull' ? { pull_request: { url: 'https://github.test/x', html_url: 'https://github.test/x', diff_url: 'https://github.test/x', patch_url: 'https://github.test/x' } } : {}
  return {
    id: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    user: user(issue.author),
    html_url: `https://github.test/${owner}/${name}/issues/${issue.number}`,
    comments: comments.filter(({ on }) => on === issue.number).length,
    closed_at: issue.state === 'closed' ? NOW : null,
    created_at: issue.createdAt,
    updated_at: NOW,
    labels: [],
    ...pull,
  }
}

export function commentShape({ owner, name }: FakeRepository, { id, on, body, author, createdAt }: FakeComment): object {
  return { id, body, user: user(author), html_url: `https://github.test/${owner}/${name}/issues/${on}#issuecomment-${id}`, created_at: createdAt, updated_at: NOW }
}

const STATES: ReadonlyMap<string, string> = new Map([
  ['COMMENT', 'COMMENTED'],
  ['APPROVE', 'APPROVED'],
])

export function reviewShape({ owner, name }: FakeRepository, { id, on, body, author, event, createdAt }: FakeReview): object {
  return { id, body, user: user(author), state: STATES.get(event) ?? 'PENDING', commit_id: 'c'.repeat(40), html_url: `https://github.test/${owner}/${name}/pull/${on}#pullrequestreview-${id}`, submitted_at: createdAt }
}

export function runShape(repository: FakeRepository, { id, branch, conclusion }: FakeRun): object {
  return { id, run_number: 3, name: 'build', display_title: 'a run', head_branch: branch, head_sha: repository.branches.get(branch) ?? 'x', event: 'push', status: 'completed', conclusion, html_url: 'https://github.test/run', created_at: NOW, updated_at: NOW, run_started_at: NOW, path: '.github/workflows/build.yml' }
}
