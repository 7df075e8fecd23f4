import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseGitTarget } from './git-target.ts'

const widget = { forge: 'gitea', path: 'acme/widget' }

describe('parseGitTarget', () => {
  it.each([
    { name: 'a listing for fetch', method: 'GET', target: '/git/gitea/acme/widget.git/info/refs?service=git-upload-pack', value: { kind: 'advertise', repository: widget, service: 'git-upload-pack' } },
    { name: 'a listing for push without suffix', method: 'GET', target: '/git/gitea/acme/widget/info/refs?service=git-receive-pack', value: { kind: 'advertise', repository: widget, service: 'git-receive-pack' } },
    { name: 'a fetch', method: 'POST', target: '/git/gitea/acme/widget.git/git-upload-pack', value: { kind: 'call', repository: widget, service: 'git-upload-pack' } },
    { name: 'a push', method: 'POST', target: '/git/gitea/acme/widget/git-receive-pack', value: { kind: 'call', repository: widget, service: 'git-receive-pack' } },
    { name: 'a nested group', method: 'POST', target: '/git/gitlab/a/b/c.git/git-receive-pack', value: { kind: 'call', repository: { forge: 'gitlab', path: 'a/b/c' }, service: 'git-receive-pack' } },
    { name: 'an LFS batch', method: 'POST', target: '/git/gitea/acme/widget.git/info/lfs/objects/batch', value: { kind: 'lfs', repository: widget } },
    { name: 'the dumb protocol', method: 'GET', target: '/git/gitea/acme/widget.git/info/refs', value: { kind: 'dumb', repository: widget } },
    { name: 'a loose object of the dumb protocol', method: 'GET', target: '/git/gitea/acme/widget/objects/info/packs', value: { kind: 'dumb', repository: widget } },
  ])('reads $name', ({ method, target, value }) => {
    expect(parseGitTarget(method, target)).toEqual(value)
  })

  it.each([
    { name: 'traversal', target: '/git/gitea/acme/../../etc/info/refs?service=git-upload-pack' },
    { name: 'encoded traversal', target: '/git/gitea/acme/%2e%2e/widget/info/refs?service=git-upload-pack' },
    { name: 'an encoded slash that joins two segments', target: '/git/gitea/acme%2fwidget/info/refs?service=git-upload-pack' },
    { name: 'a doubled slash', target: '/git/gitea//acme/widget/info/refs?service=git-upload-pack' },
    { name: 'a NUL', target: '/git/gitea/acme/widget%00/info/refs?service=git-upload-pack' },
    { name: 'user information', target: '/git/gitea/acme@evil/widget/info/refs?service=git-upload-pack' },
    { name: 'a second query field', target: '/git/gitea/acme/widget/info/refs?service=git-upload-pack&service=git-receive-pack' },
    { name: 'another service', target: '/git/gitea/acme/widget/info/refs?service=git-upload-archive' },
    { name: 'a POST to info/refs', target: '/git/gitea/acme/widget/info/refs?service=git-upload-pack', method: 'POST' },
    { name: 'a GET of a service', target: '/git/gitea/acme/widget/git-upload-pack' },
    { name: 'a query on a service', target: '/git/gitea/acme/widget/git-upload-pack?x=1', method: 'POST' },
    { name: 'no owner', target: '/git/gitea/widget/info/refs?service=git-upload-pack' },
    { name: 'a repository called .git alone', target: '/git/gitea/acme/.git/info/refs?service=git-upload-pack' },
    { name: 'a target beyond the length bound', target: `/git/gitea/${'a/'.repeat(1000)}info/refs` },
    { name: 'another plane', target: '/api/v1/whoami' },
  ])('refuses $name', ({ target, method }) => {
    expect(parseGitTarget(method ?? 'GET', target).kind).toBe('malformed')
  })

  it('never throws, and never lets a dot segment or a percent sign through', () => {
    fc.assert(
      fc.property(fc.constantFrom('GET', 'POST'), fc.string(), (method, rest) => {
        const target = parseGitTarget(method, `/git/${rest}`)
        if (target.kind === 'malformed') return
        expect(`${target.repository.forge}/${target.repository.path}`).toMatch(/^[A-Za-z0-9_~.-]+(\/[A-Za-z0-9_~.-]+)+$/)
        expect(target.repository.path.split('/')).not.toContain('..')
      }),
    )
  })
})
