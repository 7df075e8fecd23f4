import { type GitCommand, hasOption, parseGitCommand } from '@refward/core-policy'
import type { ListedRef } from '@refward/upstream'
import { DEFAULT_REMOTE } from '../git-operations/resolve-remote.ts'
import { requestProblems } from '../http/request-problems.ts'
import { createTailMatcher } from './match-tail.ts'

/** What stands behind `git fetch` or `git ls-remote`, and the remote beside it. */
export interface ListingArguments {
  readonly operation: 'fetch' | 'ls-remote'
  readonly remote: string | undefined
  readonly args: readonly string[]
}

export interface ListingWish {
  readonly remote: string
  /** Which of the refs are told. */
  readonly filter: (refs: readonly ListedRef[]) => readonly ListedRef[]
}

/** Reads the arguments by the grammar of git's own command line. @throws RequestProblems */
export function readListing({ operation, remote, args }: ListingArguments): ListingWish {
  const parsed = parseGitCommand([operation, ...withRemote(operation, remote, args)])
  if (parsed.kind === 'error') throw requestProblems(parsed.problems, 'args')
  const command = parsed.value
  const named = command.positionals.find(({ kind }) => kind === 'remote')?.text
  return { remote: named ?? remote ?? DEFAULT_REMOTE, filter: operation === 'fetch' ? (refs) => refs : createFilter(command) }
}

/** Git takes whatever stands behind the remote of ls-remote for patterns, so the options go before it; those of fetch may stand anywhere. */
function withRemote(operation: ListingArguments['operation'], remote: string | undefined, args: readonly string[]): readonly string[] {
  if (remote === undefined) return args
  if (operation === 'fetch') return args.some((arg) => arg === '--all' || arg === '--multiple') ? args : [remote, ...args]
  const first = args.findIndex((arg) => !arg.startsWith('-'))
  const options = first < 0 ? args.length : first
  return [...args.slice(0, options), remote, ...args.slice(options)]
}

function createFilter(command: GitCommand): ListingWish['filter'] {
  const matchers = command.positionals.flatMap((value) => (value.kind === 'text' ? [createTailMatcher(value.text)] : []))
  const kinds = [...(hasOption(command, '--heads') ? ['refs/heads/'] : []), ...(hasOption(command, '--tags') ? ['refs/tags/'] : [])]
  const bare = hasOption(command, '--refs')
  return (refs) =>
    refs
      .filter(({ name }) => kinds.length === 0 || kinds.some((kind) => name.startsWith(kind)))
      .filter(({ name }) => !bare || name.startsWith('refs/'))
      .filter(({ name }) => matchers.length === 0 || matchers.some((matches) => matches(name)))
      .map((ref) => (bare ? withoutPeeled(ref) : ref))
}

function withoutPeeled({ name, id, symrefTarget }: ListedRef): ListedRef {
  return { name, id, ...(symrefTarget === undefined ? {} : { symrefTarget }) }
}
