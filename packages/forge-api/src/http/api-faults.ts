import { type ForgeName, RefwardError } from '@refward/core-policy'
import { maskCredential } from '@refward/key-provision/reveal'
import type { HttpAnswer } from '@refward/upstream'
import type { ApiCall } from './api-call.ts'

/** The error that a status says, other than a success or a redirect. `body` is the beginning of what came with it. */
export function statusFault(forge: ForgeName, call: ApiCall, answer: Pick<HttpAnswer, 'status' | 'headers'>, body: string): RefwardError {
  const { lease, action, what } = call
  const { status } = answer
  const repo = lease.repo.id
  const detail = maskCredential(lease, readReason(body) ?? `status ${status}, and no reason`)
  if (status === 401) return new RefwardError('RW_CREDENTIAL_REJECTED', { forge, repo, source: lease.source })
  if (isRateLimit(answer, detail)) return new RefwardError('RW_UPSTREAM_RATE_LIMITED', { forge })
  switch (status) {
    case 403:
      if (CREDENTIAL_WORDS.test(detail)) return new RefwardError('RW_CREDENTIAL_FORBIDDEN', { forge, repo, action, detail, source: lease.source })
      return new RefwardError('RW_UPSTREAM_REFUSED', { forge, action, detail })
    case 404:
    case 410:
      return new RefwardError('RW_FORGE_NOT_FOUND', { what, repo })
    case 409:
      return new RefwardError('RW_FORGE_CONFLICT', { detail })
    case 400:
    case 405:
    case 412:
    case 422:
    case 423:
      // GitHub tells a second pull request from the same branch as a validation that failed.
      return /already exists/i.test(detail) ? new RefwardError('RW_FORGE_CONFLICT', { detail }) : new RefwardError('RW_FORGE_REJECTED', { forge, action, detail })
    default:
      return new RefwardError('RW_UPSTREAM_FAILED', { forge, status, action, detail })
  }
}

/** What Gitea, GitHub and GitLab say when a token has not the scope that is needed. Other words are about the account or the object. */
const CREDENTIAL_WORDS = /required scope|insufficient.scope|not accessible by (?:integration|personal access token)/i

/** GitHub answers its limits with 403, and says so in headers or words. */
function isRateLimit({ status, headers }: Pick<HttpAnswer, 'status' | 'headers'>, detail: string): boolean {
  if (status === 429) return true
  return status === 403 && (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined || /rate limit/i.test(detail))
}

const MAXIMUM_REASONS = 5

/** The words of an error body: `message` and `errors` of GitHub and Gitea, `message` or `error` of GitLab, which may be nested. */
function readReason(body: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    // A page for people says nothing in its first lines.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  const found = [...collectWords(value, '', 0)].slice(0, MAXIMUM_REASONS)
  return found.length === 0 ? undefined : found.join('; ')
}

const WORDS: ReadonlySet<string> = new Set(['message', 'error', 'error_description', 'errors', 'code', 'field', 'reason'])

function* collectWords(value: unknown, name: string, depth: number): Iterable<string> {
  if (typeof value === 'string') {
    if (value.trim() !== '') yield name === '' ? value : `${name} ${value}`
  } else if (Array.isArray(value) && depth < 4) {
    for (const item of value) yield* collectWords(item, name, depth + 1)
  } else if (typeof value === 'object' && value !== null && depth < 4) {
    for (const [key, member] of Object.entries(value)) {
      if (depth > 0 || WORDS.has(key)) yield* collectWords(member, key === 'message' || key === 'error' || key === 'errors' ? '' : key, depth + 1)
    }
  }
}
