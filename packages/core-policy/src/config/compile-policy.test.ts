import { describe, expect, test } from 'vitest'
import { parseAgentName } from '../ids/names.ts'
import { parseRepoId } from '../ids/repo-id.ts'
import { unwrap } from '../testing/unwrap.ts'
import { compilePolicy } from './compile-policy.ts'
import { parseConfig } from './parse-config.ts'

const fixer = unwrap(parseAgentName('fixer'))

const policy = compilePolicy(
  unwrap(
    parseConfig(`version: 1
forges:
  gitea: { kind: gitea, url: 'https://git.example.org', credential: { env: GITEA_TOKEN } }
  lab: { kind: gitlab, url: 'https://lab.example.org', credential: { env: LAB_TOKEN } }
defaults:
  read: ['*']
repositories:
  gitea/acme/*: { tags: { create: ['v*'] } }
  gitea/Acme/Widget.git: { visible: [refs/heads/main, 'refs/heads/agent/{agent}/**'] }
  gitea/acme/known.wiki: {}
  lab/group/**: { refs: ['refs/notes/*'] }
`),
  ),
)

function lookUp(text: string): { readonly entry: string; readonly path: string } | undefined {
  const found = policy.repository(unwrap(parseRepoId(text)))
  return found === undefined ? undefined : { entry: found.entry, path: found.repo.path }
}

describe('the entry of a repository', () => {
  test.each([
    { name: 'the one that names it, though a wildcard stands before it', id: 'gitea/acme/widget', entry: 'gitea/Acme/Widget.git', path: 'Acme/Widget' },
    { name: 'whatever the case of the request', id: 'GITEA/ACME/WIDGET.GIT', entry: 'gitea/Acme/Widget.git', path: 'Acme/Widget' },
    { name: 'a wildcard, with the canonical path', id: 'gitea/Acme/Other', entry: 'gitea/acme/*', path: 'acme/other' },
    { name: 'a wiki that is named', id: 'gitea/acme/known.wiki', entry: 'gitea/acme/known.wiki', path: 'acme/known.wiki' },
    { name: 'any depth', id: 'lab/group/a/b/c', entry: 'lab/group/**', path: 'group/a/b/c' },
  ])('$name', ({ id, entry, path }) => {
    expect(lookUp(id)).toEqual({ entry, path })
  })

  test.each([
    { name: 'a wiki behind a wildcard', id: 'gitea/acme/other.wiki' },
    { name: 'another owner', id: 'gitea/evil/widget' },
    { name: 'another forge with the same path', id: 'lab/acme/widget' },
    { name: 'deeper than a single star', id: 'gitea/acme/a/b' },
    { name: 'names of every object', id: 'gitea/constructor/prototype' },
  ])('none for $name', ({ id }) => {
    expect(lookUp(id)).toBeUndefined()
  })
})

test('a session is shown what the policy names, and nothing of another agent', () => {
  const widget = policy.repository(unwrap(parseRepoId('gitea/acme/widget')))
  const names = ['HEAD', 'refs/heads/main', 'refs/heads/agent/fixer/x', 'refs/heads/agent/other/x', 'refs/heads/dev', 'refs/tags/v1', 'refs/pull/1/head', 'refs/refward/keep', '__proto__']
  expect(names.filter((name) => widget?.shows(name, fixer))).toEqual(['HEAD', 'refs/heads/main', 'refs/heads/agent/fixer/x'])
})

test('without a word on it, heads and tags are shown', () => {
  const other = policy.repository(unwrap(parseRepoId('gitea/acme/other')))
  expect(['refs/heads/main', 'refs/tags/v1', 'refs/pull/1/head', 'refs/notes/x', 'refs/heads'].filter((name) => other?.shows(name, fixer))).toEqual(['refs/heads/main', 'refs/tags/v1'])
})
