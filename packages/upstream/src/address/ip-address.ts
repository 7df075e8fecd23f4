import { isIP } from 'node:net'

/** An address as bytes: 4 for IPv4, 16 for IPv6. An IPv4 address in IPv6 clothes (`::ffff:127.0.0.1`) is an IPv4 address. */
export type IpAddress = Uint8Array

export interface IpRange {
  readonly base: IpAddress
  /** Leading bits that count. */
  readonly bits: number
}

/** Reads an address as the resolver or a URL gives it, without brackets; a zone (`fe80::1%eth0`) does not change where it belongs. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const plain = text.replace(/%.*$/, '')
  switch (isIP(plain)) {
    case 4:
      return Uint8Array.from(plain.split('.'), Number)
    case 6:
      return unwrapIpv4(ipv6Bytes(plain))
    default:
      return undefined
  }
}

/** Reads `10.0.0.0/8` or `fd00::/8`. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = '', bitsText = '', ...rest] = text.split('/')
  const base = parseIpAddress(address)
  const bits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : Number.NaN
  if (base === undefined || rest.length > 0 || !(bits <= base.length * 8)) return undefined
  return { base, bits }
}

export function isInRange(address: IpAddress, { base, bits }: IpRange): boolean {
  if (address.length !== base.length) return false
  return base.every((byte, index) => {
    const counted = Math.min(Math.max(bits - index * 8, 0), 8)
    const mask = (0xff << (8 - counted)) & 0xff
    return (byte & mask) === ((address[index] ?? 0) & mask)
  })
}

function ipv6Bytes(text: string): Uint8Array {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  const hex = dotted === null ? text : `${dotted[1]}${hexPair(dotted[2], dotted[3])}:${hexPair(dotted[4], dotted[5])}`
  const [head = '', tail] = hex.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const middle = Array.from({ length: 8 - front.length - back.length }, () => '0')
  return Uint8Array.from([...front, ...middle, ...back].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  }))
}

function hexPair(high: string | undefined, low: string | undefined): string {
  return (Number(high) * 256 + Number(low)).toString(16)
}

// ::ffff:0:0/96 is IPv4 for programs that speak IPv6 only, 64:ff9b::/96 is IPv4 behind a translator, 2002::/16 is a tunnel to IPv4.
// Rebinding hides 169.254.169.254 in such forms, because checks that look at the text or at the IPv6 ranges alone let them pass.
function unwrapIpv4(bytes: Uint8Array): IpAddress {
  const groups = new DataView(bytes.buffer)
  const firstZero = bytes.subarray(0, 10).every((byte) => byte === 0)
  if (firstZero && groups.getUint16(10) === 0xffff) return bytes.subarray(12)
  if (groups.getUint32(0) === 0x0064_ff9b && bytes.subarray(4, 12).every((byte) => byte === 0)) return bytes.subarray(12)
  if (groups.getUint16(0) === 0x2002) return bytes.subarray(2, 6)
  return bytes
}
