import { expect, test } from 'vitest'
import { parseForgeName } from '@refward/core-policy'
import { renderAgentTreeConfig } from './agent-tree-config.ts'
import type { ForgeAddress } from './forge-spellings.ts'

const name = parseForgeName('gitea')
if (name.kind === 'error') throw new Error('not a name')
const forge: ForgeAddress = { name: name.value, kind: 'gitea', url: 'https://git.example.org/base' }

test('the address is that of the forge, and nothing else is said', () => {
  expect(renderAgentTreeConfig({ forge, path: 'Acme/Widget', branch: 'agent/fixer/x', tracked: false })).toBe(`[remote "origin"]
\turl = "https://git.example.org/base/Acme/Widget.git"
\tfetch = "+refs/heads/*:refs/remotes/origin/*"
`)
})

test('a branch that the forge has is followed, whatever characters are in its name', () => {
  expect(renderAgentTreeConfig({ forge, path: 'a/b', branch: 'agent/"x', tracked: true })).toContain(`[branch "agent/\\"x"]
\tremote = "origin"
\tmerge = "refs/heads/agent/\\"x"
`)
})
