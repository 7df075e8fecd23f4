import type { Command } from 'commander'

import type { SandboxOptions } from '../commands/add-agent.ts'
import type { ShimOptions } from '../commands/write-shim.ts'
import { type CommonOptions, addCommand, collect } from './common-options.ts'
import type { Finish } from './report.ts'
import type { World } from './world.ts'

/** What is for agents and their sandboxes: `refward agent …` and `refward shim`. */
export function addAgentCommands(program: Command, world: World, finish: Finish): void {
  const agent = program.command('agent').description('Agents, their sessions, and what goes into their sandboxes.')

  withSandboxOptions(addCommand(agent, 'add <name>', { summary: 'Name an agent, make its first session, and print what to put into its sandbox.', example: 'refward agent add fixer --repo gitea/acme/widget' }))
    .requiredOption('--repo <repository>', 'a repository that it may use, or a pattern (gitea/acme/*); repeatable', collect)
    .action(async (name: string, options: CommonOptions & SandboxOptions & { readonly repo: readonly string[] }) => {
      const { runAddAgent } = await import('../commands/add-agent.ts')
      finish(await runAddAgent(world, name, options), options)
    })

  withSandboxOptions(addCommand(agent, 'token <name>', { summary: 'Make a further session for an agent, for instance before the last one expires.', example: 'refward agent token fixer --lifetime 8h' }))
    .action(async (name: string, options: CommonOptions & SandboxOptions) => {
      const { runAddSession } = await import('../commands/add-agent.ts')
      finish(await runAddSession(world, name, options), options)
    })

  addCommand(agent, 'list', { summary: 'List all agents.', example: 'refward agent list --json' })
    .action(async (options: CommonOptions) => {
      const { runListAgents } = await import('../commands/list-agents.ts')
      finish(await runListAgents(world, options), options)
    })

  addCommand(agent, 'show <name>', { summary: 'Show an agent with its sessions and the branches that it made.', example: 'refward agent show fixer' })
    .action(async (name: string, options: CommonOptions) => {
      const { runShowAgent } = await import('../commands/list-agents.ts')
      finish(await runShowAgent(world, name, options), options)
    })

  addCommand(agent, 'revoke <name>', { summary: 'End all sessions of an agent, or one. It takes effect with the next request.', example: 'refward agent revoke fixer' })
    .option('--session <id>', 'only this session')
    .action(async (name: string, options: CommonOptions & { readonly session?: string }) => {
      const { runRevokeAgent } = await import('../commands/revoke-agent.ts')
      finish(await runRevokeAgent(world, name, options), options)
    })

  addCommand(program, 'shim', { summary: 'Write the files of the shims of git and gh, and print the lines that put them into an image.', example: 'refward shim --out shim' })
    .requiredOption('--out <directory>', 'where to write them')
    .option('--into <path>', 'where they will be in the image', '/opt/refward')
    .option('--git <path>', "the image's own git", '/usr/bin/git')
    .option('--node <path>', "the image's Node.js, 24 or newer", '/usr/bin/node')
    .action(async (options: CommonOptions & ShimOptions) => {
      const { runWriteShim } = await import('../commands/write-shim.ts')
      finish(await runWriteShim(world, options), options)
    })
}

function withSandboxOptions(command: Command): Command {
  return command
    .option('--lifetime <time>', 'how long the session lasts: 90s, 15m, 8h, 30d (default: sessions.lifetime of the configuration)')
    .option('--gateway <url>', "the gateway's address as the sandbox writes it (default: public_url of the configuration)")
    .option('--token-file <path>', 'where the sandbox keeps the token', '~/.config/refward/token')
    .option('--out <directory>', 'write token, gitconfig and env there instead of printing them')
}
