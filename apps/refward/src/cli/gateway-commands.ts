import type { Command } from 'commander'

import type { InitOptions } from '../commands/init.ts'
import { type CommonOptions, addCommand, collect } from './common-options.ts'
import type { Finish } from './report.ts'
import type { World } from './world.ts'
import { holdYoungGeneration } from './young-generation.ts'

/** Setting a gateway up, running it, and seeing what is wrong with it. */
export function addGatewayCommands(program: Command, world: World, finish: Finish): void {
  addCommand(program, 'init', {
    summary: 'Write a configuration. What no option gives is asked.',
    example: 'refward init --forge-url https://git.example.org --repo acme/widget --token-env GITEA_TOKEN',
  })
    .option('--forge-url <url>', 'address of the forge')
    .option('--forge-kind <kind>', 'gitea, forgejo, github, gitlab or git (default: guessed from the address)')
    .option('--forge-name <name>', 'what the forge is called here (default: its kind)')
    .option('--repo <owner/name>', 'a repository that agents may use; repeatable', collect)
    .option('--token-env <variable>', "environment variable that holds the forge's token")
    .option('--token-file <path>', "file that holds the forge's token")
    .option('--username <name>', 'user name that goes with the token (default: depends on the kind)')
    .option('--listen <address>', 'address and port for agents')
    .option('--force', 'replace a file that is there')
    .action(async (options: CommonOptions & InitOptions) => {
      const { runInit } = await import('../commands/init.ts')
      finish(await runInit(world, options), options)
    })

  addCommand(program, 'up', {
    summary: 'Run the gateway in the foreground. SIGTERM and SIGINT end it after what is under way; SIGHUP reads the configuration and credentials again.',
    example: 'GITEA_TOKEN=… refward up --config refward.yaml',
  }).action(async (options: CommonOptions) => {
    holdYoungGeneration()
    const { runUp } = await import('../commands/up.ts')
    finish(await runUp(world, options), options)
  })

  addCommand(program, 'doctor', {
    summary: 'Check git, configuration, data directory, ledger, forge, the real rights of the credential, scanner, disk and clock.',
    example: 'refward doctor',
  }).action(async (options: CommonOptions) => {
    const { runDoctor } = await import('../commands/doctor.ts')
    finish(await runDoctor(world, options), options)
  })

  addCommand(program, 'demo', { summary: 'Play the main job on this machine, with a repository and a forge of its own.', example: 'refward demo --once' })
    .option('--once', 'end when it was played; exit with 1 if anything was not as it should be')
    .action(async (options: CommonOptions & { readonly once?: boolean }) => {
      const { runDemoCommand } = await import('../commands/demo.ts')
      finish(await runDemoCommand(world, options), options)
    })
}
