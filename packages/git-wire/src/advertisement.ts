import { type RefAdvertisement, RefCollector } from './advertised-refs.ts'
import { type Capability, checkObjectFormat, collectCapabilityLine } from './capabilities.ts'
import type { PacketLimits } from './packet-decoder.ts'
import { type Grammar, type MessageParser, createMessageParser, remoteError, unexpected } from './parser.ts'
import type { Packet } from './pkt-line.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { decodeText, quote, withoutLineFeed } from './text.ts'

export type ServiceName = 'git-upload-pack' | 'git-receive-pack'

/** What a protocol v2 server can do. It tells its refs only when asked. */
export interface CapabilityAdvertisement {
  readonly kind: 'capabilities'
  readonly version: 2
  readonly capabilities: readonly Capability[]
}

/** The answer to `info/refs`, or the first words of a server on a duplex connection. */
export type Advertisement = RefAdvertisement | CapabilityAdvertisement

/** A million lines: refs and their peeled values of the largest known repositories. */
export const ADVERTISEMENT_LIMITS: PacketLimits = { maxPackets: 1_000_000, maxBytes: 128 * 1024 * 1024 }

type State = 'start' | 'service-flush' | 'version' | 'refs' | 'capabilities'

const SERVICE = '# service='

class AdvertisementGrammar implements Grammar<Advertisement> {
  readonly #service: ServiceName
  readonly #refs = new RefCollector()
  readonly #capabilities: Capability[] = []
  #version: 0 | 1 = 0
  #state: State = 'start'

  constructor(service: ServiceName) {
    this.#service = service
  }

  packet(packet: Packet): 'more' | 'done' | Failure {
    if (packet.kind === 'data') return this.#line(packet.payload) ?? 'more'
    if (packet.kind !== 'flush') return unexpected(packet, 'an advertisement')
    if (this.#state !== 'service-flush') return 'done'
    this.#state = 'version'
    return 'more'
  }

  finish(): Parsed<Advertisement> {
    if (this.#state !== 'capabilities') return ok(this.#refs.finish(this.#version))
    const failure = checkObjectFormat(this.#capabilities)
    return failure ?? ok({ kind: 'capabilities', version: 2, capabilities: this.#capabilities })
  }

  #line(payload: Uint8Array): Failure | undefined {
    const remote = remoteError(payload)
    if (remote !== undefined) return remote
    const content = withoutLineFeed(payload)
    switch (this.#state) {
      case 'start':
        return this.#first(content)
      case 'service-flush':
        return fail('malformed-line', `line ${quote(content)} stands where the service line must end`)
      case 'version':
        return this.#versionOrRef(content)
      case 'refs':
        return this.#refs.add(content)
      case 'capabilities':
        return collectCapabilityLine(content, this.#capabilities)
    }
  }

  #first(content: Uint8Array): Failure | undefined {
    const text = decodeText(content)
    if (text === undefined || !text.startsWith(SERVICE)) return this.#versionOrRef(content)
    const service = text.slice(SERVICE.length)
    if (service !== this.#service) return fail('service', `service ${quote(service)} is not ${this.#service}`)
    this.#state = 'service-flush'
    return undefined
  }

  #versionOrRef(content: Uint8Array): Failure | undefined {
    const text = decodeText(content)
    if (text === undefined || !text.startsWith('version ')) {
      this.#state = 'refs'
      return this.#refs.add(content)
    }
    if (text !== 'version 1' && text !== 'version 2') return fail('protocol-version', `protocol ${quote(text)} is not spoken`)
    this.#state = text === 'version 2' ? 'capabilities' : 'refs'
    this.#version = 1
    return undefined
  }
}

/**
 * Parses what a server says first, whatever version it speaks: with or without the `# service=` lines of HTTP, `version 1`,
 * refs with peeled values, symbolic refs, the line of an empty repository, shallow lines; or the capabilities of version 2.
 */
export function createAdvertisementParser(
  service: ServiceName,
  limits: PacketLimits = ADVERTISEMENT_LIMITS,
): MessageParser<Advertisement> {
  return createMessageParser(new AdvertisementGrammar(service), limits)
}
