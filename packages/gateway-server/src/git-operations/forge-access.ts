import { type ForgeName, RefwardError, type RepoRef } from '@refward/core-policy'
import type { MirrorSource, PushForge } from '@refward/git-engine'
import type { Keyring } from '@refward/key-provision'
import type { LiveSecrets } from '@refward/secret-scan'
import type { RefListing, Upstream } from '@refward/upstream'

/** The upstream of a repository, with a lease for it taken when it is used and not before. */
export interface ForgeAccess {
  source(repo: RepoRef): MirrorSource
  /** @throws RefwardError RW_CREDENTIAL_UNAVAILABLE */
  pushTarget(repo: RepoRef): Promise<PushForge>
}

export interface ForgeAccessParts {
  readonly keyring: Keyring
  readonly upstreams: ReadonlyMap<ForgeName, Upstream>
  /** Every live credential as it is now. */
  readonly secrets: () => LiveSecrets
  /** Counts fetches of objects, for the metrics. */
  readonly onFetch: (repo: RepoRef) => void
}

export function createForgeAccess({ keyring, upstreams, secrets, onFetch }: ForgeAccessParts): ForgeAccess {
  const upstreamOf = (repo: RepoRef): Upstream => {
    const upstream = upstreams.get(repo.forge)
    if (upstream === undefined) throw new RefwardError('RW_CREDENTIAL_UNAVAILABLE', { repo: repo.id, detail: 'its forge is not in the configuration' })
    return upstream
  }
  return {
    source: (repo) => ({
      list: async (signal) => withoutCredentials(await upstreamOf(repo).list(await keyring.lease(repo, 'read'), signal), secrets()),
      fetch: async (request, signal) => {
        onFetch(repo)
        return upstreamOf(repo).fetch(await keyring.lease(repo, 'read'), request, signal)
      },
    }),
    pushTarget: async (repo) => {
      const upstream = upstreamOf(repo)
      const lease = await keyring.lease(repo, 'write')
      return {
        list: async (signal) => withoutCredentials(await upstream.list(lease, signal), secrets()),
        fetch: (request, signal) => {
          onFetch(repo)
          return upstream.fetch(lease, request, signal)
        },
        listForPush: async (signal) => withoutCredentials(await upstream.listForPush(lease, signal), secrets()),
        push: (request, signal) => upstream.push(lease, request, signal),
      }
    },
  }
}

/** A ref that is named by a credential is not shown: a forge, or whoever can push there, would hand it to every agent. */
function withoutCredentials<T extends RefListing>(listing: T, secrets: LiveSecrets): T {
  const holds = (text: string): boolean => secrets.find(Buffer.from(text)).length > 0
  const { refs, head } = listing
  const names = [head?.symref ?? '', ...refs.flatMap(({ name, symrefTarget = '' }) => [name, symrefTarget])]
  if (!holds(names.join('\n'))) return listing
  const shown = refs.filter(({ name, symrefTarget = '' }) => !holds(name) && !holds(symrefTarget))
  return { ...listing, refs: shown, head: holds(head?.symref ?? '') ? undefined : head }
}
