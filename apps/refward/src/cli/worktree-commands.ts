import type { Command } from 'commander'

import type { AddWorktreeOptions, ListWorktreesOptions, RemoveWorktreeOptions } from '../commands/worktrees.ts'
import { type CommonOptions, addCommand, parseUserId } from './common-options.ts'
import type { Finish } from './report.ts'
import type { World } from './world.ts'

/** `refward worktree …`, for whoever starts sandboxes. */
export function addWorktreeCommands(program: Command, world: World, finish: Finish): void {
  const worktree = program.command('worktree').description('Work trees for agents: a clone for each, on a branch of its own.')

  addCommand(worktree, 'add', {
    summary: 'Make a clone for an agent, with its files, on a branch that the agent owns. Its origin is the forge; no credential is in it.',
    example: 'refward worktree add --agent fixer --repo gitea/acme/widget --path /work/fixer/widget\nrefward worktree add --agent fixer --repo gitea/acme/widget --path /work/fixer/fix --branch agent/fixer/fix --uid 1000',
  })
    .requiredOption('--agent <name>', 'the agent')
    .requiredOption('--repo <repository>', 'the repository')
    .requiredOption('--path <path>', 'where: absolute, with nothing there or an empty directory')
    .option('--branch <branch>', "the branch (default: one of the agent's own that is called like the directory)")
    .option('--from <branch>', 'branch of the forge that a new branch begins at (default: the default branch)')
    .option('--uid <uid>', 'the user whose the files become (default: the one that the gateway runs as)', parseUserId)
    .option('--gid <gid>', 'and the group (default: the same number)', parseUserId)
    .action(async (options: CommonOptions & AddWorktreeOptions) => {
      const { runAddWorktree } = await import('../commands/worktrees.ts')
      finish(await runAddWorktree(world, options), options)
    })

  addCommand(worktree, 'list', {
    summary: 'List work trees with what is in them and nowhere else, compared with the forge as it is now.',
    example: 'refward worktree list --agent fixer --json',
  })
    .option('--agent <name>', 'only those of this agent')
    .option('--quick', 'only what is on record; look at nothing')
    .action(async (options: CommonOptions & ListWorktreesOptions) => {
      const { runListWorktrees } = await import('../commands/worktrees.ts')
      finish(await runListWorktrees(world, options), options)
    })

  addCommand(worktree, 'remove <path>', {
    summary: 'Remove a work tree. One that holds what is nowhere else stays, and each such thing is named: commits, stashes, changed, staged and untracked files, live sessions.',
    example: 'refward worktree remove /work/fixer/widget',
  })
    .option('--lose-work', 'remove it whatever would be lost; the audit keeps the names')
    .action(async (path: string, options: CommonOptions & RemoveWorktreeOptions) => {
      const { runRemoveWorktree } = await import('../commands/worktrees.ts')
      finish(await runRemoveWorktree(world, path, options), options)
    })
}
