import { inspect } from 'node:util'
import { compilePolicy, parseConfig, parseRepoId, type Policy, type RepoRef } from '@refward/core-policy'
import { beforeEach, describe, expect, it } from 'vitest'
import { createKeyring, type KeyringEdge, LEASE_LIFETIME_MS } from './keyring.ts'
import { maskCredential, revealApiAuthorization, revealAuthorization } from './reveal.ts'

const FORGE_TOKEN = 'forge-token-0123456789'
const OTHER_TOKEN = 'other-token-0123456789'
const ORIGIN = 'https://git.example.org'

let now: number
let environment: Map<string, string>
let files: Map<string, string | NodeJS.ErrnoException>
let programs: Map<string, string>
let edge: KeyringEdge

beforeEach(() => {
  now = 1_800_000_000_000
  environment = new Map([['FORGE_TOKEN', FORGE_TOKEN]])
  files = new Map()
  programs = new Map()
  edge = {
    clock: () => now,
    readEnvironment: (variable) => environment.get(variable),
    readFile: (path, limit) => {
      const file = files.get(path) ?? Object.assign(new Error('no such file'), { code: 'ENOENT' })
      return typeof file === 'string' ? Promise.resolve(Buffer.from(file).subarray(0, limit)) : Promise.reject(file)
    },
    runCommand: (argv) => {
      const output = programs.get(argv.join(' '))
      return Promise.resolve(output === undefined ? { kind: 'failed', reason: 'ended with status 1' } : { kind: 'ok', output: Buffer.from(output) })
    },
  }
})

function policyWith(forgeCredential: string, repositories: string = ''): Policy {
  const parsed = parseConfig(`
version: 1
forges:
  gitea:
    kind: gitea
    url: ${ORIGIN}/base
    credential: ${forgeCredential}
repositories:
  gitea/acme/widget: { read: ['*'], push: ['*'] }
${repositories}`)
  if (parsed.kind === 'error') throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.value)
}

function repo(policy: Policy, text: string = 'gitea/acme/widget'): RepoRef {
  const id = parseRepoId(text)
  const found = id.kind === 'ok' ? policy.repository(id.value) : undefined
  if (found === undefined) throw new Error(`${text} is not in the policy`)
  return found.repo
}

const use = (purpose: 'read' | 'write' = 'read') => ({ origin: ORIGIN, purpose, now })

function decode(authorization: string | undefined): string {
  return Buffer.from(authorization?.replace('Basic ', '') ?? '', 'base64').toString()
}

describe('sources', () => {
  const command = '{command: [pass, show, forge], username: bot}'

  it.each([
    { name: 'the environment', credential: '{env: FORGE_TOKEN, username: bot}' },
    { name: 'a file', credential: '{file: /run/secrets/forge, username: bot}' },
    { name: 'a program', credential: command },
  ])('give the credential from $name', async ({ credential }) => {
    files.set('/run/secrets/forge', `${FORGE_TOKEN}\n`)
    programs.set('pass show forge', `${FORGE_TOKEN}\n`)
    const policy = policyWith(credential)
    const keyring = await createKeyring(policy, edge)
    const lease = await keyring.lease(repo(policy), 'read')
    expect(decode(revealAuthorization(lease, use()))).toBe(`bot:${FORGE_TOKEN}`)
    expect(keyring.problems()).toEqual([])
  })

  it('need not be there for a forge that is read without a credential', async () => {
    const policy = policyWith('{anonymous: true}')
    const keyring = await createKeyring(policy, edge)
    expect(revealAuthorization(await keyring.lease(repo(policy), 'read'), use())).toBeUndefined()
    expect(keyring.secrets()).toEqual([])
  })

  it.each([
    { name: 'a variable that is not set', credential: '{env: MISSING}', detail: 'environment variable MISSING is not set' },
    { name: 'an empty variable', credential: '{env: EMPTY}', detail: 'environment variable EMPTY is empty' },
    { name: 'a file that is not there', credential: '{file: /run/none}', detail: 'file /run/none does not exist' },
    { name: 'a file of somebody else', credential: '{file: /root/token}', detail: 'file /root/token may not be read by the user that refward runs as' },
    { name: 'a broken disk', credential: '{file: /broken}', detail: 'file /broken cannot be read (EIO)' },
    { name: 'a file with more than the token', credential: '{file: /env}', detail: 'file /env holds more than one line; it must hold the token alone' },
    { name: 'a huge file', credential: '{file: /huge}', detail: 'file /huge holds more than 4096 bytes, which no token has' },
    { name: 'a program that fails', credential: command, detail: 'command pass failed: ended with status 1' },
  ])('that are $name are told, and nothing is leased', async ({ credential, detail }) => {
    environment.set('EMPTY', ' ')
    files.set('/root/token', Object.assign(new Error('denied'), { code: 'EACCES' }))
    files.set('/broken', Object.assign(new Error('i/o'), { code: 'EIO' }))
    files.set('/env', 'A=secret-one\nB=secret-two\n')
    files.set('/huge', 'x'.repeat(100_000))
    const policy = policyWith(credential)
    const keyring = await createKeyring(policy, edge)
    expect(keyring.problems()).toEqual([{ path: 'forges.gitea', detail }])
    await expect(keyring.lease(repo(policy), 'read')).rejects.toMatchObject({
      code: 'RW_CREDENTIAL_UNAVAILABLE',
      status: 503,
      message: expect.stringContaining(detail) as string,
    })
  })

  it('are never fallen back from: a repository whose own source is empty does not get the credential of the forge', async () => {
    const policy = policyWith('{env: FORGE_TOKEN}', '  gitea/acme/vault: { read: [\'*\'], credential: {env: VAULT_TOKEN} }')
    const keyring = await createKeyring(policy, edge)
    await expect(keyring.lease(repo(policy, 'gitea/acme/vault'), 'read')).rejects.toMatchObject({ code: 'RW_CREDENTIAL_UNAVAILABLE' })
    expect(keyring.problems()).toEqual([{ path: 'repositories.gitea/acme/vault', detail: 'environment variable VAULT_TOKEN is not set' }])
    expect(decode(revealAuthorization(await keyring.lease(repo(policy), 'read'), use()))).toContain(FORGE_TOKEN)
  })

  it('of a repository go before that of its forge', async () => {
    environment.set('VAULT_TOKEN', OTHER_TOKEN)
    const policy = policyWith('{env: FORGE_TOKEN}', '  gitea/acme/*: { read: [\'*\'], credential: {env: VAULT_TOKEN, username: vault} }')
    const keyring = await createKeyring(policy, edge)
    const lease = await keyring.lease(repo(policy, 'gitea/acme/vault'), 'read')
    expect(decode(revealAuthorization(lease, use()))).toBe(`vault:${OTHER_TOKEN}`)
  })
})

describe('a lease', () => {
  const policy = policyWith('{env: FORGE_TOKEN, username: bot}')

  it.each([
    { attack: 'a look-alike host', use: { origin: 'https://git.example.org.evil.test' } },
    { attack: 'another port', use: { origin: 'https://git.example.org:8443' } },
    { attack: 'the same host without TLS', use: { origin: 'http://git.example.org' } },
  ])('is not revealed for $attack', async ({ use: elsewhere }) => {
    const lease = await (await createKeyring(policy, edge)).lease(repo(policy), 'read')
    expect(() => revealAuthorization(lease, { ...use(), ...elsewhere })).toThrow(expect.objectContaining({ code: 'RW_INTERNAL' }) as Error)
  })

  it('to read does not write, and one to write reads too', async () => {
    const keyring = await createKeyring(policy, edge)
    const read = await keyring.lease(repo(policy), 'read')
    const write = await keyring.lease(repo(policy), 'write')
    expect(() => revealAuthorization(read, use('write'))).toThrow(expect.objectContaining({ code: 'RW_INTERNAL' }) as Error)
    expect(revealAuthorization(write, use('read'))).toBe(revealAuthorization(write, use('write')))
  })

  it('ends', async () => {
    const lease = await (await createKeyring(policy, edge)).lease(repo(policy), 'read')
    now += LEASE_LIFETIME_MS - 1
    expect(revealAuthorization(lease, use())).toBeDefined()
    now += 1
    expect(() => revealAuthorization(lease, use())).toThrow(expect.objectContaining({ code: 'RW_CREDENTIAL_UNAVAILABLE' }) as Error)
  })

  it('is given only for what the configuration names', async () => {
    const keyring = await createKeyring(policy, edge)
    const elsewhere = { ...repo(policy), id: 'gitea/acme/other' as RepoRef['id'] }
    await expect(keyring.lease(elsewhere, 'read')).rejects.toMatchObject({ code: 'RW_CREDENTIAL_UNAVAILABLE' })
  })

  it('cannot be changed', async () => {
    const lease = await (await createKeyring(policy, edge)).lease(repo(policy), 'read')
    expect(() => Object.assign(lease, { purpose: 'write', origin: 'https://evil.test' })).toThrow(TypeError)
  })

  it.each([
    { way: 'inspect', show: (value: unknown) => inspect(value, { showHidden: true, depth: 9, getters: true, customInspect: false }) },
    { way: 'console.log', show: (value: unknown) => inspect(value) },
    { way: 'JSON', show: (value: unknown) => JSON.stringify({ value }) },
    { way: 'a template', show: (value: unknown) => String(value) },
    { way: 'a spread', show: (value: unknown) => JSON.stringify({ ...(value as object) }) },
    { way: 'a list of its properties', show: (value: unknown) => JSON.stringify(Reflect.ownKeys(value as object).map((key) => String(Reflect.get(value as object, key)))) },
    { way: 'a structured clone', show: (value: unknown) => inspect(structuredClone({ ...(value as object) }), { depth: 9, showHidden: true }) },
  ])('and its keyring show no secret through $way', async ({ show }) => {
    const keyring = await createKeyring(policy, edge)
    const lease = await keyring.lease(repo(policy), 'write')
    for (const value of [lease, keyring]) {
      const shown = show(value)
      expect(shown).not.toContain(FORGE_TOKEN)
      expect(shown).not.toContain(Buffer.from(`bot:${FORGE_TOKEN}`).toString('base64'))
    }
  })

  it('masks its credential in the words of a forge', async () => {
    environment.set('FORGE_TOKEN', 'p@ss/word+0123')
    const lease = await (await createKeyring(policy, edge)).lease(repo(policy), 'read')
    const pair = Buffer.from('bot:p@ss/word+0123').toString('base64')
    const text = `no p@ss/word+0123 in http://bot:p%40ss%2Fword%2B0123@host, Basic ${pair}.`
    expect(maskCredential(lease, text)).toBe('no [credential] in http://bot:[credential]@host, Basic [credential].')
  })
})

describe('reload', () => {
  it('reads the sources again, and only then', async () => {
    const policy = policyWith('{env: FORGE_TOKEN, username: bot}')
    const keyring = await createKeyring(policy, edge)
    environment.set('FORGE_TOKEN', OTHER_TOKEN)
    expect(decode(revealAuthorization(await keyring.lease(repo(policy), 'read'), use()))).toBe(`bot:${FORGE_TOKEN}`)
    await keyring.reload(policy)
    expect(decode(revealAuthorization(await keyring.lease(repo(policy), 'read'), use()))).toBe(`bot:${OTHER_TOKEN}`)
  })

  it('gives up a credential that its source no longer has', async () => {
    const policy = policyWith('{env: FORGE_TOKEN}')
    const keyring = await createKeyring(policy, edge)
    environment.delete('FORGE_TOKEN')
    await keyring.reload(policy)
    await expect(keyring.lease(repo(policy), 'read')).rejects.toMatchObject({ code: 'RW_CREDENTIAL_UNAVAILABLE' })
  })

  it('keeps a replaced credential among the live secrets until the last lease of it has ended', async () => {
    const policy = policyWith('{env: FORGE_TOKEN}')
    const keyring = await createKeyring(policy, edge)
    const secrets = (): string[] => keyring.secrets().map((secret) => Buffer.from(secret).toString()).sort()
    expect(secrets()).toEqual([FORGE_TOKEN])
    environment.set('FORGE_TOKEN', OTHER_TOKEN)
    await keyring.reload(policy)
    expect(secrets()).toEqual([FORGE_TOKEN, OTHER_TOKEN])
    now += LEASE_LIFETIME_MS
    expect(secrets()).toEqual([OTHER_TOKEN])
  })

  it('lets the later of two win, whichever source is slower', async () => {
    const policy = policyWith('{command: [pass, show, forge], username: bot}')
    const outputs = [FORGE_TOKEN, 'slow-token-0123456789', OTHER_TOKEN]
    const waits = [0, 20, 0]
    const keyring = await createKeyring(policy, {
      ...edge,
      runCommand: async () => {
        const output = Buffer.from(outputs.shift() ?? '')
        await new Promise((resolve) => setTimeout(resolve, waits.shift()))
        return { kind: 'ok', output }
      },
    })
    await Promise.all([keyring.reload(policy), keyring.reload(policy)])
    expect(decode(revealAuthorization(await keyring.lease(repo(policy), 'read'), use()))).toBe(`bot:${OTHER_TOKEN}`)
  })
})

describe('the API of a forge', () => {
  it('gets the credential at its own origin alone, in the form that it wants', async () => {
    const policy = policyWith('{ env: FORGE_TOKEN, mode: user }')
    const lease = await (await createKeyring(policy, edge)).lease(repo(policy), 'read')
    expect(lease).toMatchObject({ apiOrigin: ORIGIN, mode: 'user', source: 'environment variable FORGE_TOKEN' })
    expect(revealApiAuthorization(lease, { ...use(), scheme: 'bearer' })).toBe(`Bearer ${FORGE_TOKEN}`)
    expect(decode(revealApiAuthorization(lease, { ...use(), scheme: 'basic' }))).toBe(`refward:${FORGE_TOKEN}`)
    const wrong = [{ ...use(), origin: 'https://evil.example' }, { ...use(), origin: `${ORIGIN}:8443` }, use('write')]
    for (const one of wrong) expect(() => revealApiAuthorization(lease, { ...one, scheme: 'bearer' })).toThrow(expect.objectContaining({ code: 'RW_INTERNAL' }))
    expect(() => revealApiAuthorization(lease, { ...use(), now: now + LEASE_LIFETIME_MS, scheme: 'bearer' })).toThrow(expect.objectContaining({ code: 'RW_CREDENTIAL_UNAVAILABLE' }))
  })

  it('of github.com is at another origin, to which git has no business', async () => {
    const parsed = parseConfig("version: 1\nforges: { gh: { kind: github, url: 'https://github.com', credential: { env: FORGE_TOKEN } } }\nrepositories: { gh/acme/widget: { read: ['*'] } }\n")
    if (parsed.kind === 'error') throw new Error(JSON.stringify(parsed.problems))
    const policy = compilePolicy(parsed.value)
    const lease = await (await createKeyring(policy, edge)).lease(repo(policy, 'gh/acme/widget'), 'read')
    expect(revealApiAuthorization(lease, { origin: 'https://api.github.com', purpose: 'read', now, scheme: 'bearer' })).toBe(`Bearer ${FORGE_TOKEN}`)
    expect(() => revealApiAuthorization(lease, { origin: 'https://github.com', purpose: 'read', now, scheme: 'bearer' })).toThrow(expect.objectContaining({ code: 'RW_INTERNAL' }))
    expect(() => revealAuthorization(lease, { origin: 'https://api.github.com', purpose: 'read', now })).toThrow(expect.objectContaining({ code: 'RW_INTERNAL' }))
  })
})
