import type { ForgeAddress } from './forge-spellings.ts'
import { listForgeSpellings } from './forge-spellings.ts'
import { type GitSetting, renderGitConfig } from './git-config-text.ts'

export interface AgentTree {
  readonly forge: ForgeAddress
  /** Of the repository, as the forge spells it, without `.git`. */
  readonly path: string
  /** The branch that the work tree is on, without refs/heads/. */
  readonly branch: string
  /** Whether the forge has that branch already. */
  readonly tracked: boolean
}

/**
 * What a clone for an agent says of its remote: the address of the forge itself, without a credential. In a sandbox that is rewritten to the gateway's, and
 * the exec plane reads it the same way.
 */
export function renderAgentTreeConfig({ forge, path, branch, tracked }: AgentTree): string {
  const [address = ''] = listForgeSpellings(forge)
  const remote = { section: 'remote', subsection: 'origin' }
  const own = { section: 'branch', subsection: branch }
  const settings: readonly GitSetting[] = [
    { ...remote, name: 'url', value: `${address}${path}.git` },
    { ...remote, name: 'fetch', value: '+refs/heads/*:refs/remotes/origin/*' },
    ...(tracked ? [{ ...own, name: 'remote', value: 'origin' }, { ...own, name: 'merge', value: `refs/heads/${branch}` }] : []),
  ]
  return renderGitConfig(settings)
}
