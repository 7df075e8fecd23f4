import { type KeyObject, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** What a TLS server needs. */
export interface ServerCertificate {
  readonly key: string
  readonly cert: string
}

export interface CertificateOptions {
  /** DNS names and IP addresses; `['localhost', '127.0.0.1']` by default. */
  readonly names?: readonly string[]
  /** Days from now; 30 by default, negative for one that has expired. */
  readonly validDays?: number
}

/** A certificate authority that lives as long as the test. */
export interface CertificateAuthority {
  /** PEM, for the client's trust store. */
  readonly certificate: string
  issue(options?: CertificateOptions): ServerCertificate
}

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  subjectAltName: '551d11',
}

/** Makes an authority with a fresh P-256 key. Written in Node alone, since not every machine has the openssl program. */
export function createAuthority(name: string = 'Refward test authority'): CertificateAuthority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const isAuthority = extension(OID.basicConstraints, true, sequence(boolean(true)))
  const certificate = signCertificate({ issuer: name, subject: name, publicKey, extensions: [isAuthority], validDays: 30 }, privateKey)
  return {
    certificate,
    issue: (options = {}) => {
      const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const names = options.names ?? ['localhost', '127.0.0.1']
      const extensions = [extension(OID.subjectAltName, false, sequence(...names.map(alternativeName)))]
      const subject = { issuer: name, subject: names[0] ?? '', publicKey: server.publicKey, extensions, validDays: options.validDays ?? 30 }
      return {
        key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        cert: signCertificate(subject, privateKey),
      }
    },
  }
}

interface CertificateFields {
  readonly issuer: string
  readonly subject: string
  readonly publicKey: KeyObject
  readonly extensions: readonly Buffer[]
  readonly validDays: number
}

const DAY = 86_400_000

function signCertificate(fields: CertificateFields, key: KeyObject): string {
  const end = Date.now() + fields.validDays * DAY
  const algorithm = sequence(der(0x06, Buffer.from(OID.ecdsaWithSha256, 'hex')))
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(fields.issuer),
    sequence(time(Math.min(Date.now(), end) - DAY), time(end)),
    distinguishedName(fields.subject),
    fields.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...fields.extensions)),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, key))
  const lines = sequence(body, algorithm, signature).toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...contents: readonly Uint8Array[]): Buffer {
  return der(0x30, ...contents)
}

function integer(bytes: Uint8Array): Buffer {
  return der(0x02, bytes)
}

function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 0xff : 0]))
}

function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x18, Buffer.from(text))
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(der(0x06, Buffer.from(OID.commonName, 'hex')), der(0x0c, Buffer.from(commonName)))))
}

function extension(oid: string, critical: boolean, value: Uint8Array): Buffer {
  const flag = critical ? [boolean(true)] : []
  return sequence(der(0x06, Buffer.from(oid, 'hex')), ...flag, der(0x04, value))
}

function alternativeName(name: string): Buffer {
  if (isIP(name) === 0) return der(0x82, Buffer.from(name))
  return der(0x87, addressBytes(name))
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  if (address !== '::1') throw new Error(`only ::1 is known among IPv6 addresses, not ${address}`)
  return Buffer.concat([Buffer.alloc(15), Buffer.from([1])])
}
