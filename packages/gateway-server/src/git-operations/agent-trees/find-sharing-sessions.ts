import type { Loss } from '@refward/git-engine'
import type { Session } from '@refward/ledger'

/** Live sessions that share a work tree: whoever holds one may be at work in it. */
export function findSharingSessions(sessions: readonly Session[], path: string, now: number): readonly Loss[] {
  const sharing = sessions.filter(({ revokedAt, expiresAt, roots = [] }) => revokedAt === undefined && now < expiresAt && roots.some((root) => overlaps(root.path, path)))
  return sharing.map(({ id, agent }) => ({ kind: 'session', name: id, detail: `a live session of ${agent} shares it; refward session revoke ends it` }))
}

function overlaps(root: string, path: string): boolean {
  return root === path || path.startsWith(`${root}/`) || root.startsWith(`${path}/`)
}
