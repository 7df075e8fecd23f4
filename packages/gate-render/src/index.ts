export { type AgentGit, renderAgentGitConfig } from './agent-git-config.ts'
export { renderAgentEnvironment, tokenVariable } from './agent-environment.ts'
export { type ForgeAddress, listForgeSpellings } from './forge-spellings.ts'
export { renderShellExports } from './shell-text.ts'
