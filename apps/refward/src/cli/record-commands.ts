import type { Command } from 'commander'

import type { AuditOptions } from '../commands/audit.ts'
import type { ExplainOptions } from '../commands/explain.ts'
import type { UndoOptions } from '../commands/undo.ts'
import { type CommonOptions, addCommand, collect, parseCount } from './common-options.ts'
import type { Finish } from './report.ts'
import type { World } from './world.ts'

/** What was done, what would be done, and how to take it back. */
export function addRecordCommands(program: Command, world: World, finish: Finish): void {
  addCommand(program, 'explain', {
    summary: 'Say what would happen to a read, a push or a change on the forge of an agent, and by which rule. Exits with 1 when it would be refused.',
    example: 'refward explain --agent fixer --repo gitea/acme/widget --push refs/heads/main\nrefward explain --agent fixer --forge pull.merge --number 7',
  })
    .requiredOption('--agent <name>', 'the agent')
    .option('--repo <repository>', 'the repository; not needed when the agent was granted only one')
    .option('--push <ref>', 'a ref that the push would create or move forward; repeatable', collect)
    .option('--rewrite <ref>', 'a ref that the push would rewrite; repeatable', collect)
    .option('--delete <ref>', 'a ref that the push would delete; repeatable. Without any ref the question is about reading', collect)
    .option('--forge <action>', 'a change on the forge, as pull.create or issue.comment, or read')
    .option('--number <number>', 'of the pull request or issue', parseCount)
    .option('--head <branch>', 'of the new pull request')
    .option('--base <branch>', 'of the pull request')
    .action(async (options: CommonOptions & ExplainOptions) => {
      const { runExplain } = await import('../commands/explain.ts')
      finish(await runExplain(world, options), options)
    })

  addCommand(program, 'audit', {
    summary: 'Show the audit, follow it, verify it, or ask it who put what where, when, and why it was let through.',
    example: 'refward audit --follow\nrefward audit --verify\nrefward audit --repo gitea/acme/widget --object 1f0c3a…',
  })
    .option('--follow', 'go on with each new line, until interrupted')
    .option('--verify', 'check every line and the sealed end; exits with 1 when something was changed')
    .option('--expect <seq:hash>', 'verify, and check that this end, noted earlier, is still in the audit')
    .option('--from <seq>', 'begin with this line', parseCount)
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .option('--repo <repository>', 'decisions about this repository')
    .option('--ref <ref>', 'decisions about this ref, full name')
    .option('--agent <name>', 'decisions about this agent')
    .option('--object <id>', 'decisions that moved a ref from or to this object, or brought this commit')
    .option('--request <id>', 'the decision on this request, by the id that the agent was shown')
    .action(async (options: CommonOptions & AuditOptions) => {
      const { runAudit } = await import('../commands/audit.ts')
      finish(await runAudit(world, options), options)
    })

  addCommand(program, 'undo', {
    summary: 'Bring back the old tip of a branch that was rewritten or deleted through the gateway. Without --repo and --ref, list them.',
    example: 'refward undo --repo gitea/acme/widget --ref refs/heads/agent/fixer/topic',
  })
    .option('--repo <repository>', 'the repository')
    .option('--ref <ref>', 'the ref, full name')
    .option('--tip <number>', 'the tip, as listed (default: the last one of that ref)', parseCount)
    .option('--list', 'only list')
    .option('--agent <name>', 'list only what this agent replaced')
    .option('--limit <count>', 'list at most so many', parseCount, 50)
    .action(async (options: CommonOptions & UndoOptions) => {
      const { runUndo } = await import('../commands/undo.ts')
      finish(await runUndo(world, options), options)
    })
}
