import { type GitPushBody, ZERO_ID } from '@refward/core-policy'

/** One ref that git wants to have changed. */
export interface PushCommand {
  readonly force: boolean
  /** As git named it here; empty to delete. */
  readonly source: string
  /** Full name on the forge. */
  readonly ref: string
}

/** Switches of a push, as git has told them by its options. */
export interface PushOptions {
  readonly atomic: boolean
  readonly dryRun: boolean
  /** What is expected of a ref by a lease that was asked for: an object id, or zero. */
  readonly leases: ReadonlyMap<string, string>
}

/** `push +refs/heads/a:refs/heads/b`, without the word; `undefined` when it is not. */
export function parsePushCommand(text: string): PushCommand | undefined {
  const force = text.startsWith('+')
  const spec = force ? text.slice(1) : text
  const colon = spec.lastIndexOf(':')
  const ref = spec.slice(colon + 1)
  return colon < 0 || !ref.startsWith('refs/') ? undefined : { force, source: spec.slice(0, colon), ref }
}

/** Where the push is from and to. */
export interface PushPlace {
  readonly path: string
  readonly remote: string
}

/**
 * The request for a batch. Sources are told as object ids, by which the agent's own git has already looked at the push.
 *
 * What was listed is the lease of a ref that is forced or deleted, as in git's own protocol, where each command has the old value: in the meantime, nobody else's push is lost.
 */
export function buildPushBody(commands: readonly PushCommand[], { place, ids, listed, options }: {
  readonly place: PushPlace
  readonly ids: ReadonlyMap<string, string>
  /** Values on the forge, by ref. */
  readonly listed: ReadonlyMap<string, string>
  readonly options: PushOptions
}): GitPushBody {
  const leases = commands.flatMap(({ force, source, ref }) => {
    const expected = options.leases.get(ref) ?? (force || source === '' ? listed.get(ref) ?? ZERO_ID : undefined)
    return expected === undefined ? [] : [`${ref}:${expected === ZERO_ID ? '' : expected}`]
  })
  return {
    repo_path: place.path,
    remote: place.remote,
    refspecs: commands.map(({ force, source, ref }) => `${force ? '+' : ''}${source === '' ? '' : ids.get(source) ?? source}:${ref}`),
    force_with_lease: leases,
    atomic: options.atomic,
    dry_run: options.dryRun,
  }
}
