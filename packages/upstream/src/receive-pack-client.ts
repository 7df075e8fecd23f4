import { RefwardError } from '@refward/core-policy'
import { createAdvertisementParser, hasCapability, type RefAdvertisement } from '@refward/git-wire'
import type { Lease } from '@refward/key-provision'
import type { GitService, ServiceCall } from './git-service.ts'
import { listingOf } from './listing.ts'
import { sendPush } from './send-push.ts'
import type { PushCapabilities, PushListing, PushRequest, PushResult } from './types.ts'

/** Writes to receive-pack, which speaks protocol v0 everywhere. */
export class ReceivePackClient {
  readonly #service: GitService

  constructor(service: GitService) {
    this.#service = service
  }

  async list(lease: Lease, signal: AbortSignal): Promise<PushListing> {
    const call: ServiceCall = { lease, signal, service: 'git-receive-pack', action: 'listing refs for a push' }
    const said = await this.#service.advertisement(call, createAdvertisementParser('git-receive-pack'))
    if (said.kind === 'refs') return { ...listingOf(said), capabilities: capabilitiesOf(said) }
    throw new RefwardError('RW_UPSTREAM_PROTOCOL', { forge: lease.repo.forge, detail: 'its receive-pack speaks protocol version 2, which there is none of' })
  }

  push(lease: Lease, request: PushRequest, signal: AbortSignal): Promise<PushResult> {
    return sendPush(this.#service, { lease, signal, service: 'git-receive-pack', action: 'pushing' }, request)
  }
}

function capabilitiesOf({ capabilities }: RefAdvertisement): PushCapabilities {
  return {
    atomic: hasCapability(capabilities, 'atomic'),
    deleteRefs: hasCapability(capabilities, 'delete-refs'),
    sideBand: hasCapability(capabilities, 'side-band-64k'),
    ofsDelta: hasCapability(capabilities, 'ofs-delta'),
    reportStatus: hasCapability(capabilities, 'report-status-v2') ? 'v2' : hasCapability(capabilities, 'report-status') ? 'v1' : 'none',
  }
}
