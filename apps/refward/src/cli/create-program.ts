import { Command } from 'commander'

import { version } from '../version.ts'
import { addAgentCommands } from './agent-commands.ts'
import { renderExitCodes } from './common-options.ts'
import { addGatewayCommands } from './gateway-commands.ts'
import { addRecordCommands } from './record-commands.ts'
import type { Finish } from './report.ts'
import { addSessionCommands } from './session-commands.ts'
import { addWorktreeCommands } from './worktree-commands.ts'
import type { World } from './world.ts'

/**
 * The whole command line. Only names, options and help are here: what a command does is loaded when it runs, so that `--version`
 * and `--help` answer at once.
 */
export function createProgram(world: World, finish: Finish): Command {
  const program = new Command('refward')
    .description('A git gateway for coding agents that hold no credential.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err, outputError: (text, write) => write(text.replace(/^error: /, 'refward: ')) })
    .showHelpAfterError('refward: try --help')
    .addHelpText('after', renderExitCodes())
  addGatewayCommands(program, world, finish)
  addAgentCommands(program, world, finish)
  addSessionCommands(program, world, finish)
  addWorktreeCommands(program, world, finish)
  addRecordCommands(program, world, finish)
  return program
}
