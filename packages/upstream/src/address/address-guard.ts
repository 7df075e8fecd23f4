import type { LookupAddress, LookupOptions } from 'node:dns'
import { type ForgeName, RefwardError } from '@refward/core-policy'
import { type AddressClass, classifyAddress } from './address-class.ts'
import { type IpRange, isInRange, parseIpAddress, parseIpRange } from './ip-address.ts'

/** Every address of a host name, as `dns.lookup` with `all` gives them. */
export type ResolveHost = (host: string, options: LookupOptions & { all: true }) => Promise<readonly LookupAddress[]>

export interface GuardOptions {
  readonly forge: ForgeName
  /** Host of the forge's URL: a name, or an address without brackets. */
  readonly host: string
  /** CIDR ranges from the configuration. With them, only they count. */
  readonly ranges: readonly string[] | undefined
  readonly resolve: ResolveHost
}

/**
 * Decides which addresses may be connected to. It stands between name resolution and connection, so that what was checked is
 * what is connected to: a name that leads elsewhere a moment later (DNS rebinding, CVE-2026-30832) gains nothing.
 *
 * - Ranges from the configuration are the whole truth when there are any, whatever they hold.
 * - An address in the URL itself was named by the operator and is allowed.
 * - `localhost` leads to this machine and nowhere else; no other name does. An operator who maps one to loopback in a hosts
 *   file says so with `addresses: [127.0.0.0/8]`: DNS belongs to others, and what listens on loopback trusts its callers.
 * - Any other name is held to what it was when it was first resolved, public or private. A public forge does not become an
 *   internal host, nor an internal one a public host, while the gateway runs.
 * - Link-local, metadata, unspecified and multicast addresses are never right.
 */
export class AddressGuard {
  readonly #options: GuardOptions
  readonly #ranges: readonly IpRange[] | undefined
  readonly #literal: boolean
  #seen: ReadonlySet<AddressClass> | undefined

  /** @throws RefwardError `RW_ARGUMENT_INVALID` for a range that is none. */
  constructor(options: GuardOptions) {
    this.#options = options
    this.#ranges = options.ranges?.map(readRange)
    this.#literal = parseIpAddress(options.host) !== undefined
    if (isLocalName(options.host)) this.#seen = new Set<AddressClass>(['loopback'])
  }

  /**
   * For a host that is an address, which no name resolution ever sees.
   *
   * @throws RefwardError `RW_UPSTREAM_ADDRESS` when the configured ranges leave it out.
   */
  checkLiteral(): void {
    const { host, forge } = this.#options
    if (this.#literal && !this.#allows(host)) throw new RefwardError('RW_UPSTREAM_ADDRESS', { forge, address: host })
  }

  /**
   * The addresses to connect to.
   *
   * @throws RefwardError `RW_UPSTREAM_ADDRESS` when none is allowed; the resolver's own error when there is none.
   */
  async resolve(options: LookupOptions): Promise<readonly [LookupAddress, ...LookupAddress[]]> {
    const { host, resolve, forge } = this.#options
    const found = await resolve(host, { ...options, all: true })
    const [first, ...others] = found.filter(({ address }) => this.#allows(address))
    if (first === undefined) throw new RefwardError('RW_UPSTREAM_ADDRESS', { forge, address: found[0]?.address ?? 'nothing' })
    this.#seen ??= new Set([first, ...others].map(({ address }) => classOf(address)))
    return [first, ...others]
  }

  #allows(text: string): boolean {
    const address = parseIpAddress(text)
    if (address === undefined) return false
    if (this.#ranges !== undefined) return this.#ranges.some((range) => isInRange(address, range))
    if (this.#literal) return true
    const kind = classifyAddress(address)
    return this.#seen === undefined ? kind === 'public' || kind === 'private' : this.#seen.has(kind)
  }
}

function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function classOf(text: string): AddressClass {
  const address = parseIpAddress(text)
  return address === undefined ? 'forbidden' : classifyAddress(address)
}

function readRange(text: string): IpRange {
  const range = parseIpRange(text)
  if (range !== undefined) return range
  const remedy = 'write it like 10.0.0.0/8 or fd00::/8'
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument: text, detail: 'it is not a range of addresses', remedy })
}
