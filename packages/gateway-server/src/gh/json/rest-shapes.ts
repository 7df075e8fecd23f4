import type { CommentObject, PullObject, UserObject } from '@refward/core-policy'
import type { Branch, Comment, Commit, Issue, LineRemark, Pull, Repository, Review } from '@refward/forge-api'

// GitHub's form of what forges have, for `gh api`. It is made of what was read by a schema, whatever the forge is: nothing of a forge's own
// answer is passed on, which may hold addresses with credentials in them.

const user = (login: string): UserObject => ({ login })
const label = (name: string): { readonly name: string } => ({ name })
const milestone = (title: string | undefined): { readonly title: string } | null => (title === undefined ? null : { title })

export function pullRest(pull: Pull): PullObject {
  const { id, number, title, body, head, url } = pull
  return {
    id: Number(id),
    number,
    title,
    body,
    state: pull.state === 'open' ? 'open' : 'closed',
    draft: pull.isDraft,
    merged: pull.state === 'merged',
    mergeable: pull.isMergeable ?? null,
    user: user(pull.author),
    html_url: url,
    head: { ref: head.branch, sha: head.id, repo: head.repository === undefined ? null : { full_name: head.repository } },
    base: { ref: pull.base },
    labels: pull.labels.map(label),
    assignees: pull.assignees.map(user),
    requested_reviewers: pull.reviewers.map(user),
    milestone: milestone(pull.milestone),
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt ?? null,
    merged_at: pull.mergedAt ?? null,
    additions: pull.additions ?? null,
    deletions: pull.deletions ?? null,
    changed_files: pull.changedFiles ?? null,
  }
}

export function issueRest(issue: Issue): object {
  const { id, number, title, body, state, url, comments } = issue
  return {
    id: Number(id),
    number,
    title,
    body,
    state,
    user: user(issue.author),
    html_url: url,
    labels: issue.labels.map(label),
    assignees: issue.assignees.map(user),
    milestone: milestone(issue.milestone),
    comments,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt ?? null,
  }
}

export function commentRest({ id, author, body, url, createdAt, updatedAt }: Comment): CommentObject {
  return { id: Number(id), user: user(author), body, html_url: url, created_at: createdAt, updated_at: updatedAt }
}

export function remarkRest(remark: LineRemark): object {
  return { ...commentRest(remark), path: remark.path, line: remark.line ?? null, commit_id: remark.commit }
}

export function reviewRest({ id, author, body, state, commit, url, submittedAt }: Review): object {
  return { id: Number(id), user: user(author), body, state: state.toUpperCase().replaceAll('-', '_'), commit_id: commit, html_url: url, submitted_at: submittedAt ?? null }
}

export function repositoryRest({ id, owner, name, description, url, defaultBranch, isPrivate, isArchived, isFork, createdAt, updatedAt }: Repository): object {
  return {
    id: Number(id),
    name,
    full_name: `${owner}/${name}`,
    owner: user(owner),
    description,
    html_url: url,
    default_branch: defaultBranch,
    private: isPrivate,
    archived: isArchived,
    fork: isFork,
    created_at: createdAt ?? null,
    updated_at: updatedAt ?? null,
  }
}

export function branchRest({ name, commit, isProtected }: Branch): object {
  return { name, commit: { sha: commit }, protected: isProtected }
}

export function commitRest({ id, message, author, date, url, parents }: Commit): object {
  return { sha: id, html_url: url, commit: { message, author: { name: author, date } }, parents: parents.map((sha) => ({ sha })) }
}
