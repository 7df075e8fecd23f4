import type { AgentName } from '@refward/core-policy'

import type { ForgeAddress } from './forge-spellings.ts'
import { listForgeSpellings } from './forge-spellings.ts'
import type { GitSetting } from './git-config-text.ts'

export interface AgentAccess {
  readonly agent: AgentName
  /** What the sandbox writes in front of `/git/…`; without a slash at its end. */
  readonly gatewayUrl: string
  readonly forges: readonly ForgeAddress[]
}

/** The settings that lead git to the gateway. `tokenCommand` is shell text that prints the token. */
export function listAgentSettings({ agent, gatewayUrl, forges }: AgentAccess, tokenCommand: string): readonly GitSetting[] {
  const own = `${gatewayUrl}/`
  const addresses = forges.flatMap((forge) => {
    const subsection = `${own}git/${forge.name}/`
    const spellings = listForgeSpellings(forge).filter((spelling) => spelling !== own)
    return spellings.map((value) => ({ section: 'url', subsection, name: 'insteadOf', value }))
  })
  const credential = { section: 'credential', subsection: gatewayUrl }
  return [
    ...addresses,
    ...keepOwnAddress(own, addresses),
    // Empties the list: a helper of the image (a keychain, a cache) would otherwise be given the token to keep.
    { ...credential, name: 'helper', value: '' },
    { ...credential, name: 'helper', value: renderHelper(agent, tokenCommand) },
    // git 2.46 and newer send the token at once instead of after a 401; older ones do not know the setting.
    { section: 'http', subsection: gatewayUrl, name: 'proactiveAuth', value: 'basic' },
  ]
}

/** A gateway beneath the forge's own address would have its own URL rewritten too. The longest match wins, so this leaves it as it is. */
function keepOwnAddress(own: string, addresses: readonly GitSetting[]): readonly GitSetting[] {
  const covered = addresses.some(({ value }) => own.startsWith(value))
  return covered ? [{ section: 'url', subsection: own, name: 'insteadOf', value: own }] : []
}

/** Answers `get` alone: git's own `store` would erase the token from its file after one 401, so that a second try asks for a password. */
function renderHelper(agent: AgentName, tokenCommand: string): string {
  return `!f() { test "$1" = get || return 0; printf 'username=%s\\npassword=%s\\n' ${agent} "$(${tokenCommand})"; }; f`
}
