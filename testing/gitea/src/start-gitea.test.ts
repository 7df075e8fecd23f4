import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { git, tryGit } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gitea, type GiteaUser, startGitea } from './index.ts'

let gitea: Gitea
let ada: GiteaUser
const scratch = mkdtempSync(join(tmpdir(), 'refward-gitea-test-'))

beforeAll(async () => {
  gitea = await startGitea()
  ada = await gitea.createUser('ada')
})

afterAll(async () => {
  await gitea.stop()
  rmSync(scratch, { recursive: true, force: true })
})

async function cloneWithCommit(url: string, name: string): Promise<string> {
  const folder = join(scratch, name)
  await git(['clone', '-q', url, folder])
  await git(['-C', folder, 'commit', '-q', '--allow-empty', '-m', 'one more'])
  return folder
}

describe('a repository on Gitea', () => {
  it('takes a push over HTTP, which its bare repository on disk shows', async () => {
    const repository = await gitea.createRepository({ owner: ada.name, name: 'Widget' })
    const clone = await cloneWithCommit(repository.urlFor(ada), 'widget')
    await git(['-C', clone, 'push', '-q', 'origin', 'HEAD:refs/heads/topic'])
    const refs = await repository.refs()
    expect([...refs.keys()]).toEqual(['refs/heads/main', 'refs/heads/topic'])
    expect(refs.get('refs/heads/topic')).toBe(await git(['-C', clone, 'rev-parse', 'HEAD']))
  })

  it('can be empty', async () => {
    const repository = await gitea.createRepository({ owner: ada.name, name: 'empty', hasCommit: false })
    expect(await repository.refs()).toEqual(new Map())
    expect(await git(['ls-remote', repository.urlFor(ada)])).toBe('')
  })

  it('can be private: a stranger does not see it, a reader may not push', async () => {
    const reader = await gitea.createUser('reader')
    const repository = await gitea.createRepository({ owner: ada.name, name: 'secret', isPrivate: true })
    expect(await tryGit(['ls-remote', repository.urlFor(reader)])).toMatchObject({ status: 128 })
    await repository.addCollaborator(reader.name, 'read')
    const clone = await cloneWithCommit(repository.urlFor(reader), 'secret')
    const pushed = await tryGit(['-C', clone, 'push', 'origin', 'HEAD:refs/heads/x'])
    expect(pushed.status).not.toBe(0)
    expect(pushed.stderr).toContain('User permission denied for writing')
  })

  it('protects a branch', async () => {
    const repository = await gitea.createRepository({ owner: ada.name, name: 'guarded' })
    await repository.protectBranch({ rule: 'main' })
    const clone = await cloneWithCommit(repository.urlFor(ada), 'guarded')
    const pushed = await tryGit(['-C', clone, 'push', 'origin', 'HEAD:main'])
    expect(pushed.stderr).toContain('Not allowed to push to protected branch main')
    expect(pushed.status).not.toBe(0)
  })

  it('runs a hook of its administrator, whose words reach the client, until it is removed', async () => {
    const repository = await gitea.createRepository({ owner: ada.name, name: 'hooked' })
    await repository.setHook('pre-receive', 'echo "not on a Friday" >&2; exit 1')
    const clone = await cloneWithCommit(repository.urlFor(ada), 'hooked')
    const refused = await tryGit(['-C', clone, 'push', 'origin', 'HEAD:refs/heads/x'])
    expect(refused.stderr).toContain('remote: not on a Friday')
    expect(refused.stderr).toContain('pre-receive hook declined')
    await repository.setHook('pre-receive', undefined)
    expect(await tryGit(['-C', clone, 'push', 'origin', 'HEAD:refs/heads/x'])).toMatchObject({ status: 0 })
  })

  it('can be renamed, which leaves a redirect, and deleted', async () => {
    const before = await gitea.createRepository({ owner: ada.name, name: 'before' })
    const after = await before.rename('after')
    expect(await git(['ls-remote', after.urlFor(ada), 'refs/heads/main'])).toContain('refs/heads/main')
    expect(await git(['ls-remote', before.urlFor(ada), 'refs/heads/main'])).toContain('refs/heads/main')
    await after.delete()
    expect(await tryGit(['ls-remote', after.urlFor(ada)])).toMatchObject({ status: 128 })
    expect(existsSync(after.gitDir)).toBe(false)
  })
})

describe('a token', () => {
  it('is a password with no more rights than its scopes', async () => {
    const repository = await gitea.createRepository({ owner: ada.name, name: 'scoped', isPrivate: true })
    const token = await gitea.createToken(ada, ['read:repository'])
    const clone = await cloneWithCommit(repository.urlFor({ ...ada, password: token }), 'scoped')
    expect(await tryGit(['-C', clone, 'push', 'origin', 'HEAD:refs/heads/x'])).not.toMatchObject({ status: 0 })
    const writer = await gitea.createToken(ada, ['write:repository'])
    const url = repository.urlFor({ ...ada, password: writer })
    expect(await tryGit(['-C', clone, 'push', url, 'HEAD:refs/heads/x'])).toMatchObject({ status: 0 })
  })
})

describe('startGitea', () => {
  it('serves HTTPS with a certificate that only its own authority vouches for, and SSH', async () => {
    const secure = await startGitea({ tls: true, ssh: true })
    try {
      const owner = await secure.createUser('bea')
      const repository = await secure.createRepository({ owner: owner.name, name: 'tls' })
      const ca = join(scratch, 'ca.pem')
      writeFileSync(ca, secure.ca ?? '')
      expect(await tryGit(['ls-remote', repository.urlFor(owner)])).toMatchObject({ status: 128 })
      expect(await git(['-c', `http.sslCAInfo=${ca}`, 'ls-remote', repository.urlFor(owner)])).toContain('refs/heads/main')
      expect(secure.sshPort).toBeGreaterThan(0)
    } finally {
      await secure.stop()
    }
  })

  it('can crash and resume at the same address, and leaves nothing behind', async () => {
    const short = await startGitea()
    const repository = await short.createRepository({ owner: short.admin.name, name: 'x' })
    const folder = dirname(dirname(dirname(dirname(dirname(repository.gitDir)))))
    await short.crash()
    expect(existsSync(folder)).toBe(true)
    await expect(short.api.call({ method: 'GET', path: '/version' })).rejects.toThrow('ECONNREFUSED')
    await short.resume()
    expect(await git(['ls-remote', repository.urlFor(short.admin)])).toContain('refs/heads/main')
    await short.stop()
    expect(existsSync(folder)).toBe(false)
    await expect(short.api.call({ method: 'GET', path: '/version' })).rejects.toThrow('ECONNREFUSED')
  })
})
