import { type ForgeRead, type ForgeReadPermit, RefwardError, assertNever } from '@refward/core-policy'
import type { ForgeAnswers, Pull, ReadOf } from '@refward/forge-api'

/** Reads from the forge, without regard to what a session may see. */
export type RawRead = <K extends ForgeRead['kind']>(read: ReadOf<K>) => Promise<ForgeAnswers[K]>

/** Checks beforehand that what is read belongs to something that the session is shown. */
export async function requireShown(permit: ForgeReadPermit, read: ForgeRead, raw: RawRead): Promise<void> {
  switch (read.kind) {
    case 'pull.diff':
    case 'pull.checks':
    case 'pull.comments':
    case 'pull.line-comments':
    case 'pull.reviews':
      requirePull(permit, await raw<'pull.view'>({ kind: 'pull.view', number: read.number }))
      return
    case 'issue.comments':
      // A pull request has its comments under the same number, and is no issue.
      await raw<'issue.view'>({ kind: 'issue.view', number: read.number })
      return
    case 'commit.list': {
      const branch = read.branch ?? (await raw<'repository.view'>({ kind: 'repository.view' })).defaultBranch
      if (!permit.showsBranch(branch)) throw notFound(permit, `branch ${branch}`)
      return
    }
    case 'repository.view':
    case 'branch.list':
    case 'pull.list':
    case 'pull.view':
    case 'issue.list':
    case 'issue.view':
    case 'run.list':
    case 'run.view':
    case 'route':
      return
    default:
      assertNever(read)
  }
}

/** An answer without what belongs to branches that the session is not shown. */
export function keepShown<K extends ForgeRead['kind']>(permit: ForgeReadPermit, kind: K, answer: ForgeAnswers[K]): ForgeAnswers[K] {
  const keepers: { readonly [Kind in ForgeRead['kind']]?: (answer: ForgeAnswers[Kind]) => ForgeAnswers[Kind] } = {
    'branch.list': (branches) => branches.filter(({ name }) => permit.showsBranch(name)),
    'pull.list': (pulls) => pulls.filter((pull) => permit.showsObject(pull)),
    'pull.view': (pull) => requirePull(permit, pull),
    'run.list': (runs) => runs.filter(({ branch }) => permit.showsBranch(branch)),
    'run.view': (run) => {
      if (permit.showsBranch(run.branch)) return run
      throw notFound(permit, `run ${run.id}`)
    },
  }
  const keep = keepers[kind]
  return keep === undefined ? answer : keep(answer)
}

function requirePull(permit: ForgeReadPermit, pull: Pull): Pull {
  if (permit.showsObject(pull)) return pull
  throw notFound(permit, `pull request #${pull.number}`)
}

function notFound(permit: ForgeReadPermit, what: string): RefwardError {
  return new RefwardError('RW_FORGE_NOT_FOUND', { what, repo: permit.repo.id })
}
