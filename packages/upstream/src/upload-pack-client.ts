import { type RefwardCode, RefwardError } from '@refward/core-policy'
import { type Advertisement, createAdvertisementParser, type RefAdvertisement } from '@refward/git-wire'
import type { Lease } from '@refward/key-provision'
import { sendFetch } from './fetch-pack.ts'
import type { GitService, ServiceCall } from './git-service.ts'
import { listingOf } from './listing.ts'
import { askLsRefs } from './ls-refs.ts'
import { ServerMemory, type ServerVoice } from './server-memory.ts'
import type { FetchAnswer, FetchRequest, RefListing } from './types.ts'

/** Reads from upload-pack in whichever protocol version a server speaks. */
export class UploadPackClient {
  readonly #service: GitService
  readonly #memory: ServerMemory

  constructor(service: GitService, clock: () => number) {
    this.#service = service
    this.#memory = new ServerMemory(clock)
  }

  async list(lease: Lease, signal: AbortSignal): Promise<RefListing> {
    const call: ServiceCall = { lease, signal, service: 'git-upload-pack', action: 'listing refs' }
    const remembered = this.#memory.recall(lease.repo.id)
    if (remembered?.version === 2) {
      const listing = await this.#unlessChanged(call, () => askLsRefs(this.#service, call, remembered.capabilities))
      if (listing !== undefined) return listing
    }
    const { voice, refs } = await this.#introduce(call)
    return refs === undefined ? askLsRefs(this.#service, call, voice.capabilities) : listingOf(refs)
  }

  async fetch(lease: Lease, request: FetchRequest, signal: AbortSignal): Promise<FetchAnswer> {
    const call: ServiceCall = { lease, signal, service: 'git-upload-pack', action: 'fetching objects' }
    const remembered = this.#memory.recall(lease.repo.id)
    if (remembered !== undefined) {
      const answer = await this.#unlessChanged(call, () => sendFetch(this.#service, call, { voice: remembered, request }))
      if (answer !== undefined) return answer
    }
    const { voice } = await this.#introduce(call)
    return sendFetch(this.#service, call, { voice, request })
  }

  /**
   * Asks in the way that the server spoke the last time. Undefined when it fails like one that speaks differently now (upgraded,
   * downgraded, replaced, repository made anew): then it has to be asked who it is.
   */
  async #unlessChanged<T>({ lease }: ServiceCall, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask()
    } catch (error) {
      if (!isSignOfChange(error)) throw error
      this.#memory.forget(lease.repo.id)
      return undefined
    }
  }

  /** Asks how the server speaks. One of protocol v0 tells its refs at once. */
  async #introduce(call: ServiceCall): Promise<{ readonly voice: ServerVoice; readonly refs: RefAdvertisement | undefined }> {
    const said: Advertisement = await this.#service.advertisement({ ...call, protocol: 'version=2' }, createAdvertisementParser('git-upload-pack'))
    const refs = said.kind === 'refs' ? said : undefined
    const voice = { version: refs === undefined ? 2 : 0, capabilities: said.capabilities } as const
    this.#memory.remember(call.lease.repo.id, voice)
    return { voice, refs }
  }
}

const SIGNS_OF_CHANGE: ReadonlySet<RefwardCode> = new Set<RefwardCode>([
  'RW_UPSTREAM_PROTOCOL',
  'RW_UPSTREAM_FAILED',
  'RW_UPSTREAM_NOT_FOUND',
  'RW_FETCH_UNSUPPORTED',
])

function isSignOfChange(error: unknown): boolean {
  const fault: RefwardError | undefined = error instanceof RefwardError ? error : undefined
  return fault !== undefined && SIGNS_OF_CHANGE.has(fault.code)
}
