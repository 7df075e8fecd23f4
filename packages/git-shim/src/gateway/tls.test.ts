import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type CertificateOptions, createAuthority } from '@refward/testing-http-upstream'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { callGateway } from './call-gateway.ts'
import { findGateway } from './find-gateway.ts'
import { GitSettings } from './git-settings.ts'

const authority = createAuthority()
const token = `rfw_${'a'.repeat(16)}_${'b'.repeat(52)}`

/** A gateway behind TLS, and what the sandbox trusts. */
async function startSecure({ certificate = {}, ca }: { readonly certificate?: CertificateOptions; readonly ca?: string }): Promise<{ readonly seen: string[]; call(): Promise<unknown> }> {
  const directory = mkdtempSync(join(tmpdir(), 'refward-tls-'))
  const seen: string[] = []
  const server = createServer(authority.issue(certificate), (request, response) => {
    seen.push(request.headers.authorization ?? '')
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
    rmSync(directory, { recursive: true })
  })
  const file = join(directory, 'ca.pem')
  if (ca !== undefined) writeFileSync(file, ca)
  const environment = { REFWARD_GATEWAY: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, REFWARD_TOKEN: token, ...(ca === undefined ? {} : { GIT_SSL_CAINFO: file }) }
  return { seen, call: () => callGateway(findGateway(environment, new GitSettings('')), { path: '/api/v1/gh/execute', body: {} }) }
}

describe('the certificate of a gateway', () => {
  it('is accepted when the authority signed it that git was told', async () => {
    const { seen, call } = await startSecure({ ca: authority.certificate })
    expect(await call()).toEqual({ status: 200, value: {} })
    expect(seen).toEqual([`Bearer ${token}`])
  })

  it.each([
    { name: 'nobody signed that is trusted', settings: {} },
    { name: 'another authority signed', settings: { ca: createAuthority('another').certificate } },
    { name: 'is for another name', settings: { ca: authority.certificate, certificate: { names: ['gate.example.org'] } } },
    { name: 'has expired', settings: { ca: authority.certificate, certificate: { validDays: -1 } } },
  ])('is refused when it $name, whatever the environment says, and nothing is sent', async ({ settings }) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const { seen, call } = await startSecure(settings)
    await expect(call()).rejects.toMatchObject({ code: 'RW_SHIM_UNREACHABLE' })
    expect(seen).toEqual([])
  })
})
