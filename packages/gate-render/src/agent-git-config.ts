import type { AgentAccess } from './agent-settings.ts'
import { listAgentSettings } from './agent-settings.ts'
import { renderGitConfig } from './git-config-text.ts'
import { quoteShellPath } from './shell-text.ts'

export interface AgentGit extends AgentAccess {
  /** Where the sandbox keeps the token; may begin with `~/`. */
  readonly tokenFile: string
}

/** A git configuration file for an agent's sandbox. The token is not in it. */
export function renderAgentGitConfig(agent: AgentGit): string {
  const settings = listAgentSettings(agent, `cat ${quoteShellPath(agent.tokenFile)}`)
  // git reads nothing of this name. It tells programs that are not git where the gateway is, and where the token.
  const access = { section: 'refward', subsection: agent.gatewayUrl, name: 'tokenFile', value: agent.tokenFile }
  return renderGitConfig([...settings, access])
}
