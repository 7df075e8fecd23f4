import { findRefNameProblem } from '../../ids/ref-name.ts'
import { type ObjectId, parseObjectId } from '../../ids/object-id.ts'

/** A ref name as people write it: full (`refs/heads/main`), or a part that git completes (`main`, `heads/main`). */
export function isRefText(text: string): boolean {
  return findRefNameProblem(text.startsWith('refs/') ? text : `refs/heads/${text}`) === undefined
}

/** A ref name with exactly one `*`. */
export function isRefPattern(text: string): boolean {
  const parts = text.split('*')
  return parts.length === 2 && isRefText(parts.join('x'))
}

/** A commit in git's own words: `HEAD~1`, `main^{commit}`, `@{upstream}`. No colon, space, range or glob. */
const REVISION = /^[A-Za-z0-9_@][A-Za-z0-9_./@{}^~+-]{0,243}$/

export function isRevision(text: string): boolean {
  return REVISION.test(text) && !text.includes('..')
}

export function readObjectId(text: string): ObjectId | undefined {
  const parsed = parseObjectId(text)
  return parsed.kind === 'ok' ? parsed.value : undefined
}
