import { RefwardError, type Selector } from '@refward/core-policy'
import type { Pull } from '@refward/forge-api'
import type { ForgeReader } from '../forge-operations/forge-read.ts'
import type { GhWorld } from './gh-world.ts'
import { forgeAt } from './resolve-repo.ts'

/** The pull request that is meant, as the forge has it. */
export async function findPull(world: GhWorld, reader: ForgeReader, select: Selector | undefined): Promise<Pull> {
  const number = numberOf(world, select, 'pull')
  if (number !== undefined) return reader.get<'pull.view'>({ kind: 'pull.view', number })
  const branch = select?.kind === 'branch' ? select.branch : world.currentBranch
  if (branch === undefined) throw new RefwardError('RW_GH_USAGE', { detail: 'no pull request is named, and it is not known which branch is checked out', remedy: 'give its number' })
  const found = (await findByHead(reader, branch, 'open')) ?? (await findByHead(reader, branch, 'all'))
  if (found === undefined) throw new RefwardError('RW_FORGE_NOT_FOUND', { what: `no pull requests found for branch "${branch}": it`, repo: world.context.repo })
  // A list leaves out what one object shows.
  return reader.get<'pull.view'>({ kind: 'pull.view', number: found.number })
}

async function findByHead(reader: ForgeReader, head: string, state: 'open' | 'all'): Promise<Pull | undefined> {
  const [newest] = await reader.get<'pull.list'>({ kind: 'pull.list', query: { state, head, limit: 1, labels: [] } })
  return newest
}

/** Its number; the forge is asked only when it is named otherwise. */
export async function findPullNumber(world: GhWorld, select: Selector | undefined): Promise<number> {
  const number = numberOf(world, select, 'pull')
  if (number !== undefined) return number
  return (await world.read({ action: 'pull.find', target: select?.kind === 'branch' ? select.branch : world.currentBranch }, (reader) => findPull(world, reader, select))).number
}

export function issueNumber(world: GhWorld, select: Selector): number {
  const number = numberOf(world, select, 'issue')
  if (number !== undefined) return number
  throw new RefwardError('RW_GH_USAGE', { detail: 'an issue is named by its number', remedy: 'gh issue list shows them' })
}

/** INVARIANT: the address of a pull request or issue counts only when it is one of the very repository that was decided on. */
function numberOf({ policy, context }: GhWorld, select: Selector | undefined, kind: 'pull' | 'issue'): number | undefined {
  if (select?.kind === 'number') return select.number
  if (select?.kind !== 'address') return undefined
  const repo = `${forgeAt(policy, select.host)}/${select.path}`.toLowerCase()
  if (repo === context.repo && select.of === kind) return select.number
  throw new RefwardError('RW_GH_USAGE', { detail: 'the address is of something else, or of another repository', remedy: 'give its number, and the repository with -R' })
}
