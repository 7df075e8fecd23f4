import { describe, expect, it } from 'vitest'

import { GitSettings } from '../gateway/git-settings.ts'
import { findRepository } from './find-repository.ts'

const GATEWAY = 'http://127.0.0.1:8470/tools'

function settings(entries: Readonly<Record<string, string>>): GitSettings {
  return new GitSettings(Object.entries(entries).map(([key, value]) => `local\0${key}\n${value}\0`).join(''))
}

describe('the repository of a work tree', () => {
  const rewritten = { [`url.${GATEWAY}/git/gitea/.insteadof`]: 'https://git.example.org/', [`url.${GATEWAY}/git/other/.insteadof`]: 'https://git.example.org/other/' }

  it.each([
    { name: 'an address of the forge that leads to the gateway', entries: { ...rewritten, 'remote.origin.url': 'https://git.example.org/acme/Widget.git' }, repo: 'gitea/acme/widget' },
    { name: 'the longest rewriting', entries: { ...rewritten, 'remote.origin.url': 'https://git.example.org/other/acme/widget' }, repo: 'other/acme/widget' },
    { name: 'the gateway itself', entries: { 'remote.x.url': `${GATEWAY}/git/gitea/acme/widget/` }, repo: 'gitea/acme/widget' },
    { name: 'a forge that the sandbox does not rewrite', entries: { 'remote.origin.url': 'git@git.example.org:acme/widget.git' }, repo: 'git@git.example.org:acme/widget.git' },
    { name: 'an address with a password', entries: { 'remote.origin.url': 'https://me:secret@git.example.org/acme/widget' }, repo: 'https://git.example.org/acme/widget' },
    { name: 'origin before others', entries: { 'remote.aa.url': `${GATEWAY}/git/gitea/a/a`, 'remote.origin.url': `${GATEWAY}/git/gitea/o/o` }, repo: 'gitea/o/o' },
    { name: 'upstream before origin', entries: { 'remote.origin.url': `${GATEWAY}/git/gitea/o/o`, 'remote.upstream.url': `${GATEWAY}/git/gitea/u/u` }, repo: 'gitea/u/u' },
    { name: 'what gh was told', entries: { 'remote.upstream.url': `${GATEWAY}/git/gitea/u/u`, 'remote.fork.url': `${GATEWAY}/git/gitea/f/f`, 'remote.fork.gh-resolved': 'base' }, repo: 'gitea/f/f' },
    { name: 'what gh was told to stand behind a fork', entries: { 'remote.origin.url': `${GATEWAY}/git/gitea/f/f`, 'remote.origin.gh-resolved': 'acme/widget' }, repo: 'gitea/acme/widget' },
    { name: 'the gateway before other hosts', entries: { 'remote.upstream.url': 'https://github.com/a/b', 'remote.origin.url': `${GATEWAY}/git/gitea/o/o` }, repo: 'gitea/o/o' },
    { name: 'the first address of several', entries: { 'remote.origin.url': `${GATEWAY}/git/gitea/o/o` }, repo: 'gitea/o/o' },
  ])('is $name', ({ entries, repo }) => {
    expect(findRepository(settings(entries), GATEWAY)).toMatchObject({ kind: 'found', repo })
  })

  it.each([
    { name: 'nothing', entries: {}, kind: 'none' },
    { name: 'a path', entries: { 'remote.origin.url': '/srv/widget.git' }, kind: 'elsewhere' },
    { name: 'a program', entries: { 'remote.origin.url': 'ext::sh -c id' }, kind: 'elsewhere' },
    { name: 'a path that climbs out of the gateway', entries: { 'remote.origin.url': `${GATEWAY}/git/gitea/../../x` }, kind: 'elsewhere' },
  ])('is not found in $name', ({ entries, kind }) => {
    expect(findRepository(settings(entries), GATEWAY)).toEqual({ kind })
  })

  it('is none of a gateway with a similar address', () => {
    expect(findRepository(settings({ 'remote.origin.url': `${GATEWAY}.evil.example/git/gitea/acme/widget` }), GATEWAY)).not.toMatchObject({ repo: 'gitea/acme/widget' })
  })
})
