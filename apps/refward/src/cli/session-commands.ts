import type { Command } from 'commander'

import type { SessionOptions } from '../commands/sessions.ts'
import { type CommonOptions, addCommand, collect, parseUserId } from './common-options.ts'
import type { Finish } from './report.ts'
import type { World } from './world.ts'

/** `refward session …`, for whoever starts sandboxes. */
export function addSessionCommands(program: Command, world: World, finish: Finish): void {
  const session = program.command('session').description('Sessions for sandboxes: what each may use, which directories it shares with the gateway, and for how long.')

  addCommand(session, 'add <agent>', {
    summary: 'Make a session for one sandbox. What is not said stays as the agent has it.',
    example: 'refward session add fixer --root gitea/acme/widget=/work/fixer --mode private --lifetime 8h --json',
  })
    .option('--repo <repository>', 'only this repository, or a pattern; repeatable', collect)
    .option('--root <path>', 'a directory that the sandbox shares with the gateway, as <path> or <repository>=<path>; repeatable', collect)
    .option('--mode <mode>', 'private or public: only repositories that the configuration says are')
    .option('--peer <address>', 'only from this IP address')
    .option('--uid <uid>', 'only by this user of the machine, over a Unix socket of its own (needs sessions.sockets and a running gateway)', parseUserId)
    .option('--lifetime <time>', 'how long it lasts: 90s, 15m, 8h, 30d (default: sessions.lifetime of the configuration)')
    .action(async (agent: string, options: CommonOptions & SessionOptions) => {
      const { runCreateSession } = await import('../commands/sessions.ts')
      finish(await runCreateSession(world, agent, options), options)
    })

  addCommand(session, 'list', { summary: 'List sessions, the newest first.', example: 'refward session list --agent fixer --json' })
    .option('--agent <name>', 'only those of this agent')
    .action(async (options: CommonOptions & { readonly agent?: string }) => {
      const { runListSessions } = await import('../commands/sessions.ts')
      finish(await runListSessions(world, options), options)
    })

  addCommand(session, 'extend <id>', { summary: 'Let a live session last for so long from now. One that has ended does not come back.', example: 'refward session extend abcdefgh23456722 --lifetime 2h' })
    .requiredOption('--lifetime <time>', 'from now: 90s, 15m, 8h, 30d')
    .action(async (id: string, options: CommonOptions & { readonly lifetime: string }) => {
      const { runExtendSession } = await import('../commands/sessions.ts')
      finish(await runExtendSession(world, id, options), options)
    })

  addCommand(session, 'revoke <id>', { summary: 'End a session. It takes effect with the next request.', example: 'refward session revoke abcdefgh23456722' })
    .action(async (id: string, options: CommonOptions) => {
      const { runRevokeSession } = await import('../commands/sessions.ts')
      finish(await runRevokeSession(world, id, options), options)
    })
}
