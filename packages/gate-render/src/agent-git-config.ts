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
  return renderGitConfig(listAgentSettings(agent, `cat ${quoteShellPath(agent.tokenFile)}`))
}
