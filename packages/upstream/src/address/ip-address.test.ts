import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isInRange, parseIpAddress, parseIpRange } from './ip-address.ts'

function hex(text: string): string | undefined {
  const address = parseIpAddress(text)
  return address === undefined ? undefined : Buffer.from(address).toString('hex')
}

describe('parseIpAddress', () => {
  it.each([
    { text: '127.0.0.1', bytes: '7f000001' },
    { text: '255.255.255.255', bytes: 'ffffffff' },
    { text: '::', bytes: '00'.repeat(16) },
    { text: '::1', bytes: `${'00'.repeat(15)}01` },
    { text: '2001:db8::8:800:200c:417a', bytes: '20010db80000000000080800200c417a' },
    { text: '2001:DB8:0:0:8:800:200C:417A', bytes: '20010db80000000000080800200c417a' },
    { text: 'fe80::1%eth0', bytes: 'fe800000000000000000000000000001' },
    { text: '::ffff:169.254.169.254', bytes: 'a9fea9fe' },
    { text: '::ffff:a9fe:a9fe', bytes: 'a9fea9fe' },
    { text: '0:0:0:0:0:ffff:7f00:1', bytes: '7f000001' },
    { text: '64:ff9b::169.254.169.254', bytes: 'a9fea9fe' },
    { text: '2002:7f00:1::', bytes: '7f000001' },
  ])('reads $text', ({ text, bytes }) => {
    expect(hex(text)).toBe(bytes)
  })

  it.each([
    { attack: 'a name', text: 'localhost' },
    { attack: 'nothing', text: '' },
    { attack: 'a number for an address', text: '2130706433' },
    { attack: 'octal', text: '0177.0.0.1' },
    { attack: 'hexadecimal', text: '0x7f.0.0.1' },
    { attack: 'a short form', text: '127.1' },
    { attack: 'brackets', text: '[::1]' },
    { attack: 'a port', text: '127.0.0.1:80' },
    { attack: 'two gaps', text: '1::2::3' },
    { attack: 'too many groups', text: '1:2:3:4:5:6:7:8:9' },
    { attack: 'a NUL', text: '127.0.0.1\0' },
  ])('does not read $attack', ({ text }) => {
    expect(hex(text)).toBeUndefined()
  })

  it('agrees with Node on what is an address, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
        const address = parseIpAddress(text)
        expect(address === undefined).toBe(isIP(text.replace(/%.*$/, '')) === 0)
        expect([4, 16, undefined]).toContain(address?.length)
      }),
    )
  })
})

describe('ranges', () => {
  it.each([
    { range: '10.0.0.0/8', inside: ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], outside: ['9.255.255.255', '11.0.0.0', '::a00:0'] },
    { range: '172.16.0.0/12', inside: ['172.16.0.1', '172.31.255.255'], outside: ['172.32.0.0', '172.15.255.255'] },
    { range: '192.0.2.7/32', inside: ['192.0.2.7'], outside: ['192.0.2.6'] },
    { range: '0.0.0.0/0', inside: ['1.2.3.4'], outside: ['::1'] },
    { range: 'fc00::/7', inside: ['fd00::1', 'fc00::'], outside: ['fe00::', '10.0.0.1'] },
    { range: 'fe80::/10', inside: ['febf::1'], outside: ['fec0::1'] },
  ])('$range', ({ range, inside, outside }) => {
    const parsed = parseIpRange(range)
    const isIn = (text: string): boolean => parsed !== undefined && isInRange(parseIpAddress(text) ?? new Uint8Array(0), parsed)
    expect(inside.filter((text) => !isIn(text))).toEqual([])
    expect(outside.filter(isIn)).toEqual([])
  })

  it.each(['10.0.0.0', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/-1', '10.0.0.0/8/8', '/8', '10.0.0/8', 'a/8', '10.0.0.0/ 8', '10.0.0.0/8.5'])('%s is none', (text) => {
    expect(parseIpRange(text)).toBeUndefined()
  })

  it('hold their own base', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, bits) => {
        const range = parseIpRange(`${address}/${String(bits)}`)
        return range !== undefined && isInRange(parseIpAddress(address) ?? new Uint8Array(0), range)
      }),
    )
  })
})
