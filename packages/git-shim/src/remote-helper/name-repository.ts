import { RefwardError, parseRemote } from '@refward/core-policy'

/** A remote as git has looked it up: its name, or the address once more, and the address. */
export interface HelperRemote {
  readonly name: string
  readonly address: string
}

const ORIGIN = 'origin'

/**
 * How the gateway is told which repository is meant. It is the address that git itself will name, so that nothing goes anywhere else than it says; the gateway
 * refuses one that is not on its forges. Only for an `origin` that has no address of a forge the name is told: what that is, the launcher has said.
 *
 * @param gateway its address
 * @throws RefwardError RW_REMOTE_UNKNOWN
 */
export function nameRepository({ name, address }: HelperRemote, gateway: string): string {
  const own = `${gateway}/git/`
  if (address.startsWith(own)) return address.slice(own.length)
  const plain = withoutCredentials(address)
  if (parseRemote(plain).kind === 'url') return plain
  if (name === ORIGIN) return ORIGIN
  throw new RefwardError('RW_REMOTE_UNKNOWN', { remote: name === address ? plain : name })
}

/** Nobody but the forge is to see what a launcher has left in an address. */
function withoutCredentials(address: string): string {
  return address.replace(/^(https?:\/\/)[^/@]*@/, '$1')
}
