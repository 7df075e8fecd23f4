import { type CertificateOptions, createAuthority } from '@refward/testing-http-upstream'
import { buildWidget } from '@refward/testing-repositories'
import { describe, expect, it, vi } from 'vitest'
import { type ForgeFixture, startForge } from './testing/forge-fixture.ts'

const authority = createAuthority()
const { signal } = new AbortController()

interface Settings {
  readonly certificate?: CertificateOptions
  readonly ca?: string
  readonly host?: string
}

/** A forge with TLS that is addressed by a name, as forges are. */
async function startSecure({ certificate = {}, ca, host = 'localhost' }: Settings): Promise<ForgeFixture> {
  const tls = authority.issue(certificate)
  const forge = await startForge({ tls, url: (origin) => origin.replace('127.0.0.1', host), ...(ca === undefined ? {} : { ca }) })
  await buildWidget((await forge.server.createRepository('acme/widget')).gitDir)
  return forge
}

async function list(forge: ForgeFixture): Promise<unknown> {
  return forge.upstream.list(await forge.lease(), signal)
}

describe('the certificate of a forge', () => {
  it.each([{ host: 'localhost' }, { host: '127.0.0.1' }])('is accepted when the configured authority signed it for $host', async ({ host }) => {
    const forge = await startSecure({ ca: authority.certificate, host })
    expect(await list(forge)).toMatchObject({ head: { symref: 'refs/heads/main' } })
    await forge.close()
  })

  it.each([
    { name: 'nobody signed that is trusted', settings: {} },
    { name: 'another authority signed than the configured one', settings: { ca: createAuthority('another').certificate } },
    { name: 'is for another name', settings: { ca: authority.certificate, certificate: { names: ['forge.example.org'] } } },
    { name: 'is for another address', settings: { ca: authority.certificate, certificate: { names: ['10.0.0.1'] }, host: '127.0.0.1' } },
    { name: 'has expired', settings: { ca: authority.certificate, certificate: { validDays: -1 } } },
  ])('is refused when it $name, and nothing is sent', async ({ settings }) => {
    const forge = await startSecure(settings)
    await expect(list(forge)).rejects.toMatchObject({ code: 'RW_UPSTREAM_TLS' })
    expect(forge.server.requests).toEqual([])
    await forge.close()
  })

  it('is checked whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const forge = await startSecure({})
    await expect(list(forge)).rejects.toMatchObject({ code: 'RW_UPSTREAM_TLS' })
    await forge.close()
  })

  it('is missed on a server that does not speak TLS', async () => {
    const plain = await startForge()
    const forge = await startForge({ url: () => plain.server.origin.replace('http:', 'https:') })
    await expect(list(forge)).rejects.toMatchObject({ code: 'RW_UPSTREAM_TLS' })
    expect(plain.server.requests).toEqual([])
    await Promise.all([forge.close(), plain.close()])
  })
})
