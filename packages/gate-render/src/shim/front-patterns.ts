import type { GitFront, GlobalOption } from '@refward/core-policy'

import { quoteShellWord } from '../shell-text.ts'

/** One alternative of a `case`: its patterns, joined. */
export function joinPatterns(patterns: readonly string[]): string {
  return patterns.join(' | ')
}

/** Options of git whose value is the argument behind them. */
export function listSpacedOptions({ globalOptions }: GitFront): readonly string[] {
  return globalOptions.filter(({ value }) => value === 'next' || value === 'either').map(({ flag }) => quoteShellWord(flag))
}

/** Options of git that are one argument, with their value or without one. */
export function listSingleOptions({ globalOptions }: GitFront): readonly string[] {
  return globalOptions.flatMap(listSinglePatterns)
}

function listSinglePatterns({ flag, value }: GlobalOption): readonly string[] {
  const word = quoteShellWord(flag)
  if (value === 'next') return []
  if (value === 'none') return [word]
  return value === 'equals' ? [word, `${word}=*`] : [`${word}=*`]
}

/** Commands that are one word. */
export function listSingleWords({ remoteCommands }: GitFront): readonly string[] {
  return remoteCommands.filter(({ length }) => length === 1).flatMap((words) => words.map(quoteShellWord))
}

/** Commands of two words: the second ones, by the first. */
export function groupSecondWords({ remoteCommands }: GitFront): ReadonlyMap<string, readonly string[]> {
  const seconds = new Map<string, readonly string[]>()
  for (const [first = '', second] of remoteCommands) {
    if (second !== undefined) seconds.set(quoteShellWord(first), [...(seconds.get(quoteShellWord(first)) ?? []), quoteShellWord(second)])
  }
  return seconds
}
