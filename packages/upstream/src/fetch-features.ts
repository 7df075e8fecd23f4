import { changesDepth, type FetchRequest, hasCapability, hasFeature } from '@refward/git-wire'
import type { ServerVoice } from './server-memory.ts'

/** What a request needs and the server does not offer; undefined when it can be sent. */
export function canFetch({ version, capabilities }: ServerVoice, request: FetchRequest): string | undefined {
  const offers = (name: string): boolean => (version === 2 ? hasFeature(capabilities, 'fetch', V2_NAMES.get(name) ?? name) : hasCapability(capabilities, name))
  if (request.filter !== undefined && !offers('filter')) return 'filters (partial clones)'
  if (!changesDepth(request) && request.shallow.length === 0) return undefined
  if (!offers('shallow')) return 'shallow clones'
  if (request.deepenSince !== undefined && !offers('deepen-since')) return 'shallow clones by date'
  if (request.deepenNot.length > 0 && !offers('deepen-not')) return 'shallow clones without a ref'
  return request.deepenRelative && !offers('deepen-relative') ? 'deepening a shallow clone' : undefined
}

/** In protocol v2 one feature stands for all of these. */
const V2_NAMES: ReadonlyMap<string, string> = new Map(['deepen-since', 'deepen-not', 'deepen-relative'].map((name) => [name, 'shallow']))
