import type { AgentAccess } from './agent-settings.ts'
import { listAgentSettings } from './agent-settings.ts'
import { listGitConfigVariables } from './git-config-text.ts'

/** The variable that holds the session token. */
export const tokenVariable: string = 'REFWARD_TOKEN'

/** The variable that holds the address of the gateway, for programs that are not git. */
export const gatewayVariable: string = 'REFWARD_GATEWAY'

/** The same for a sandbox that is given environment variables and no file. git 2.31 and newer read them. */
export function renderAgentEnvironment(agent: AgentAccess & { readonly token: string }): ReadonlyMap<string, string> {
  const settings = listAgentSettings(agent, `printf %s "$${tokenVariable}"`)
  return new Map([[gatewayVariable, agent.gatewayUrl], [tokenVariable, agent.token], ...listGitConfigVariables(settings)])
}
