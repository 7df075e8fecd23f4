import {
  type AdvertisedRef,
  type Capability,
  type LsRefsRequest,
  renderCapabilityAdvertisement,
  renderLsRefsResponse,
  renderRefAdvertisement,
} from '@refward/git-wire'
import type { VisibleRefs } from './visible-refs.ts'

const SERVICE = 'git-upload-pack'

/**
 * What upload-pack of protocol v0 and v1 offers. Ids that are not tips may be wanted: they are served when a visible ref reaches
 * them (prove-wants.ts), and without these two names git would not even ask.
 */
const CAPABILITIES: readonly Capability[] = [
  'multi_ack',
  'thin-pack',
  'side-band',
  'side-band-64k',
  'ofs-delta',
  'shallow',
  'deepen-since',
  'deepen-not',
  'deepen-relative',
  'no-progress',
  'include-tag',
  'multi_ack_detailed',
  'allow-tip-sha1-in-want',
  'allow-reachable-sha1-in-want',
  'no-done',
  'filter',
].map((name) => ({ name }))

const FORMAT: Capability = { name: 'object-format', value: 'sha1' }

/** The answer to `info/refs` for protocol v2: no ref is named, so no listing is needed. */
export function renderFetchCapabilities(agent: string): Uint8Array {
  const capabilities = [
    { name: 'agent', value: agent },
    { name: 'ls-refs', value: 'unborn' },
    { name: 'fetch', value: 'shallow wait-for-done filter' },
    FORMAT,
  ]
  return renderCapabilityAdvertisement({ service: SERVICE, capabilities })
}

/** The answer to `info/refs` for protocol v0 or v1. */
export function renderFetchAdvertisement(view: VisibleRefs, version: 0 | 1, agent: string): Uint8Array {
  return renderRefAdvertisement({
    service: SERVICE,
    version,
    refs: view.refs,
    capabilities: [...CAPABILITIES, FORMAT, { name: 'agent', value: agent }],
    ...(view.unbornHead === undefined ? {} : { unbornHead: view.unbornHead }),
  })
}

/** The answer to `ls-refs` of protocol v2. */
export function renderVisibleRefs(view: VisibleRefs, request: LsRefsRequest): Uint8Array {
  const { prefixes } = request
  const matches = (name: string): boolean => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix))
  const refs = view.refs.filter(({ name }) => matches(name)).map((ref) => withAttributes(ref, request))
  const unborn = request.unborn && view.unbornHead !== undefined && matches('HEAD')
  return renderLsRefsResponse({ refs, ...(unborn ? { unbornHead: view.unbornHead } : {}) })
}

function withAttributes({ name, id, peeled, symrefTarget }: AdvertisedRef, { peel, symrefs }: LsRefsRequest): AdvertisedRef {
  return {
    name,
    id,
    ...(peel && peeled !== undefined ? { peeled } : {}),
    ...(symrefs && symrefTarget !== undefined ? { symrefTarget } : {}),
  }
}
