import type { PushCommand } from './push-batch.ts'

/** What a push is compared with before it is sent. */
export interface EarlyFacts {
  /** Values on the forge, by ref. */
  readonly listed: ReadonlyMap<string, string>
  readonly leases: ReadonlyMap<string, string>
  /** Object ids of names and revisions that are known in the work tree. */
  readonly ids: ReadonlyMap<string, string>
}

/** Names whose object ids {@link refuseEarly} asks for. */
export function listEarlyNames(command: PushCommand, facts: Omit<EarlyFacts, 'ids'>): readonly string[] {
  const old = findOld(command, facts)
  return old === undefined ? [] : [old, `${old}^{commit}`, `${command.source}^{commit}`]
}

/**
 * Why git's own program for HTTP would not send a command, in the words by which it tells git: of what would not move a ref forward, git leaves to its helper
 * what it cannot compare.
 */
export function refuseEarly(command: PushCommand, facts: EarlyFacts): 'fetch first' | 'needs force' | undefined {
  const old = findOld(command, facts)
  if (old === undefined || old === facts.ids.get(command.source)) return undefined
  if (!facts.ids.has(old)) return 'fetch first'
  return [old, command.source].every((name) => facts.ids.has(`${name}^{commit}`)) ? undefined : 'needs force'
}

/** What must be an ancestor of the new value. */
function findOld({ force, source, ref }: PushCommand, { listed, leases }: Omit<EarlyFacts, 'ids'>): string | undefined {
  return force || source === '' || leases.has(ref) ? undefined : listed.get(ref)
}
