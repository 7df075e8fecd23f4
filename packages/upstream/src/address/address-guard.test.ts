import type { ForgeName } from '@refward/core-policy'
import { describe, expect, it } from 'vitest'
import { AddressGuard } from './address-guard.ts'

const METADATA = '169.254.169.254'

/** A guard whose name resolves to one list after another. */
function guard(host: string, answers: readonly (readonly string[])[], ranges?: readonly string[]): AddressGuard {
  const left = [...answers]
  const resolve = (): Promise<{ address: string; family: number }[]> => {
    const addresses = left.length > 1 ? left.shift() : left[0]
    return Promise.resolve((addresses ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
  }
  return new AddressGuard({ forge: 'gitea' as ForgeName, host, ranges, resolve })
}

async function resolved(one: AddressGuard): Promise<readonly string[] | string> {
  try {
    return (await one.resolve({})).map(({ address }) => address)
  } catch (error) {
    return (error as { code: string }).code
  }
}

const REFUSED = 'RW_UPSTREAM_ADDRESS'

describe('a name without configured ranges', () => {
  it.each([
    { name: 'public', host: 'git.example.org', addresses: ['93.184.216.34', '2606:2800:220:1::1'] },
    { name: 'private', host: 'git.corp.test', addresses: ['10.1.2.3'] },
    { name: 'behind a translator', host: 'git.example.org', addresses: ['64:ff9b::5db8:d822'] },
    { name: 'this machine by its own name', host: 'localhost', addresses: ['127.0.0.1', '::1'] },
    { name: 'this machine by a name that is its own too', host: 'git.localhost', addresses: ['127.0.0.1'] },
  ])('may be $name', async ({ host, addresses }) => {
    expect(await resolved(guard(host, [addresses]))).toEqual(addresses)
  })

  it.each([
    { attack: 'the metadata service', address: METADATA },
    { attack: 'the metadata service as IPv6', address: `::ffff:${METADATA}` },
    { attack: 'the metadata service in hexadecimal', address: '::ffff:a9fe:a9fe' },
    { attack: 'the metadata service behind a translator', address: '64:ff9b::a9fe:a9fe' },
    { attack: 'the metadata service through a tunnel', address: '2002:a9fe:a9fe::' },
    { attack: "Amazon's metadata service over IPv6", address: 'fd00:ec2::254' },
    { attack: "Azure's wire server", address: '168.63.129.16' },
    { attack: "Alibaba's metadata service", address: '100.100.100.200' },
    { attack: 'a link-local host', address: 'fe80::1' },
    { attack: 'the unspecified address, which is this machine', address: '0.0.0.0' },
    { attack: 'the unspecified address over IPv6', address: '::' },
    { attack: 'multicast', address: '224.0.0.1' },
    { attack: 'broadcast', address: '255.255.255.255' },
    { attack: 'a service on this machine', address: '127.0.0.1' },
    { attack: 'a service on this machine over IPv6', address: '::1' },
    { attack: 'a service on this machine as IPv6', address: '::ffff:127.0.0.1' },
    { attack: 'text that is no address', address: 'localhost' },
  ])('may not be $attack', async ({ address }) => {
    expect(await resolved(guard('git.example.org', [[address]]))).toBe(REFUSED)
  })

  it('is connected to only at those of its addresses that are allowed', async () => {
    expect(await resolved(guard('git.example.org', [[METADATA, '93.184.216.34']]))).toEqual(['93.184.216.34'])
  })

  it.each([
    { attack: 'public to private', first: '93.184.216.34', later: '10.0.0.1' },
    { attack: 'public to this machine', first: '93.184.216.34', later: '127.0.0.1' },
    { attack: 'private to public', first: '10.0.0.1', later: '93.184.216.34' },
    { attack: 'private to metadata', first: '10.0.0.1', later: METADATA },
  ])('does not change from $attack (rebinding)', async ({ first, later }) => {
    const one = guard('git.example.org', [[first], [later], [first]])
    expect([await resolved(one), await resolved(one), await resolved(one)]).toEqual([[first], REFUSED, [first]])
  })

  it('may change within what it was', async () => {
    const one = guard('git.example.org', [['93.184.216.34'], ['151.101.1.140']])
    expect([await resolved(one), await resolved(one)]).toEqual([['93.184.216.34'], ['151.101.1.140']])
  })

  it('of this machine leads nowhere else', async () => {
    expect(await resolved(guard('localhost', [['93.184.216.34']]))).toBe(REFUSED)
  })

  it('that does not resolve is refused', async () => {
    expect(await resolved(guard('git.example.org', [[]]))).toBe(REFUSED)
  })
})

describe('configured ranges', () => {
  it.each([
    { name: 'let a name be this machine', ranges: ['127.0.0.0/8'], address: '127.0.0.1', allowed: true },
    { name: 'let a name be link-local', ranges: ['169.254.7.0/24'], address: '169.254.7.1', allowed: true },
    { name: 'leave out what they do not hold', ranges: ['10.0.0.0/8'], address: '93.184.216.34', allowed: false },
    { name: 'hold for IPv4 in any form', ranges: ['10.0.0.0/8'], address: '::ffff:10.0.0.1', allowed: true },
  ])('$name', async ({ ranges, address, allowed }) => {
    expect(await resolved(guard('git.example.org', [[address]], ranges))).toEqual(allowed ? [address] : REFUSED)
  })

  it('hold for localhost too', async () => {
    expect(await resolved(guard('localhost', [['127.0.0.1']], ['10.0.0.0/8']))).toBe(REFUSED)
  })

  it('must be ranges', () => {
    expect(() => guard('git.example.org', [], ['10.0.0.0/99'])).toThrow(expect.objectContaining({ code: 'RW_ARGUMENT_INVALID' }) as Error)
  })
})

describe('an address in the URL', () => {
  it.each(['127.0.0.1', '::1', '10.0.0.1', METADATA])('%s was named by the operator', (host) => {
    expect(() => guard(host, []).checkLiteral()).not.toThrow()
  })

  it('is held to the ranges when there are any', () => {
    expect(() => guard('127.0.0.1', [], ['10.0.0.0/8']).checkLiteral()).toThrow(expect.objectContaining({ code: REFUSED }) as Error)
  })
})
