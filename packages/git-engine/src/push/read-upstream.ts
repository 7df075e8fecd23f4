import { type DefaultBranch, type ListedRef, RefwardError, type RefIndex, type RepoRef, type UpstreamFacts, indexRefs, parseObjectId } from '@refward/core-policy'
import type { ListedHead, PushListing, RefListing } from '@refward/upstream'
import type { PushDependencies, PushForge } from './push-types.ts'

/** The forge's own word on its refs at this moment, and the right to change them. */
export interface UpstreamState {
  readonly forge: PushForge
  readonly listing: PushListing
  readonly refs: RefIndex
  readonly defaultBranch: DefaultBranch
}

/** Reads the refs that receive-pack would change, and at the same time HEAD and other symbolic refs, of which only upload-pack tells. */
export async function readUpstream(deps: PushDependencies, repo: RepoRef, signal: AbortSignal): Promise<UpstreamState> {
  const forge = await deps.forge(repo)
  const [listing, shown] = await Promise.all([forge.listForPush(signal), forge.list(signal)])
  if (listing.objectFormat !== 'sha1') throw new RefwardError('RW_OBJECT_FORMAT', { format: listing.objectFormat })
  return { forge, listing, refs: indexRefs(parseListed(listing, shown)), defaultBranch: findDefaultBranch(shown.head) }
}

/** A listing as core-policy asks about it. */
export function describeUpstream(listing: RefListing): UpstreamFacts {
  return { refs: indexRefs(parseListed(listing, listing)), defaultBranch: findDefaultBranch(listing.head) }
}

function parseListed({ refs }: RefListing, shown: RefListing): readonly ListedRef[] {
  const targets = new Map(shown.refs.flatMap(({ name, symrefTarget }) => (symrefTarget === undefined ? [] : [[name, symrefTarget]])))
  const listed: ListedRef[] = []
  for (const { name, id } of refs) {
    const parsed = parseObjectId(id)
    const symrefTarget = targets.get(name)
    if (parsed.kind === 'ok') listed.push({ name, id: parsed.value, ...(symrefTarget === undefined ? {} : { symrefTarget }) })
  }
  return listed
}

function findDefaultBranch(head: ListedHead | undefined): DefaultBranch {
  return head?.symref === undefined ? { kind: 'unknown' } : { kind: 'known', ref: head.symref }
}
