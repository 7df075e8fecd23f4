import { type ForgeName, RefwardError, type RepoRef } from '@refward/core-policy'
import type { MirrorSource, PushForge } from '@refward/git-engine'
import type { Keyring } from '@refward/key-provision'
import type { Upstream } from '@refward/upstream'

/** The upstream of a repository, with a lease for it taken when it is used and not before. */
export interface ForgeAccess {
  source(repo: RepoRef): MirrorSource
  /** @throws RefwardError RW_CREDENTIAL_UNAVAILABLE */
  pushTarget(repo: RepoRef): Promise<PushForge>
}

export interface ForgeAccessParts {
  readonly keyring: Keyring
  readonly upstreams: ReadonlyMap<ForgeName, Upstream>
  /** Counts fetches of objects, for the metrics. */
  readonly onFetch: (repo: RepoRef) => void
}

export function createForgeAccess({ keyring, upstreams, onFetch }: ForgeAccessParts): ForgeAccess {
  const upstreamOf = (repo: RepoRef): Upstream => {
    const upstream = upstreams.get(repo.forge)
    if (upstream === undefined) throw new RefwardError('RW_CREDENTIAL_UNAVAILABLE', { repo: repo.id, detail: 'its forge is not in the configuration' })
    return upstream
  }
  return {
    source: (repo) => ({
      list: async (signal) => upstreamOf(repo).list(await keyring.lease(repo, 'read'), signal),
      fetch: async (request, signal) => {
        onFetch(repo)
        return upstreamOf(repo).fetch(await keyring.lease(repo, 'read'), request, signal)
      },
    }),
    pushTarget: async (repo) => {
      const upstream = upstreamOf(repo)
      const lease = await keyring.lease(repo, 'write')
      return {
        list: (signal) => upstream.list(lease, signal),
        fetch: (request, signal) => {
          onFetch(repo)
          return upstream.fetch(lease, request, signal)
        },
        listForPush: (signal) => upstream.listForPush(lease, signal),
        push: (request, signal) => upstream.push(lease, request, signal),
      }
    },
  }
}
