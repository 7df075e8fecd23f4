import { type IpAddress, type IpRange, isInRange, parseIpRange } from './ip-address.ts'

/** Where an address leads, as far as it matters for who may be reached. */
export type AddressClass = 'public' | 'private' | 'loopback' | 'forbidden'

// Forbidden: no forge lives there, and what does live there trusts whoever can connect. The single addresses are those of cloud
// metadata services that hand out credentials (AWS, Azure, Alibaba, Oracle, Google).
const FORBIDDEN: readonly string[] = '0.0.0.0/8 169.254.0.0/16 224.0.0.0/4 240.0.0.0/4 ::/128 fe80::/10 ff00::/8'.split(' ')
const METADATA: readonly string[] = '168.63.129.16/32 100.100.100.200/32 192.0.0.192/32 fd00:ec2::254/128 fd20:ce::254/128'.split(' ')
const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1/128']
const PRIVATE: readonly string[] = '10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.168.0.0/16 198.18.0.0/15 fc00::/7 fec0::/10'.split(' ')

const RANGES: readonly (readonly [AddressClass, readonly string[]])[] = [
  ['forbidden', [...FORBIDDEN, ...METADATA]],
  ['loopback', LOOPBACK],
  ['private', PRIVATE],
]

const TABLE: readonly (readonly [AddressClass, readonly IpRange[]])[] = RANGES.map(([name, texts]) => {
  return [name, texts.flatMap((text) => parseIpRange(text) ?? [])]
})

export function classifyAddress(address: IpAddress): AddressClass {
  const found = TABLE.find(([, ranges]) => ranges.some((range) => isInRange(address, range)))
  return found?.[0] ?? 'public'
}
