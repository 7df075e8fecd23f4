import { type CommandTable, type CommandValue, renderCommandHelp } from '@refward/core-policy'

type Words = Pick<CommandTable, 'about' | 'words'>

const COLUMN = 18

/** The help of one command. */
export function renderHelp<V extends CommandValue>(table: CommandTable<V>): string {
  return renderCommandHelp('gh', table)
}

/** The commands that there are. */
export function renderGroupHelp(tables: readonly Words[]): string {
  const rows = tables.map(({ words, about }) => `  ${words.join(' ').padEnd(COLUMN)}${about}`)
  return ['gh of a sandbox: it needs no login, and the gateway decides what is done', '', 'commands:', ...rows, '', 'gh help <command> shows the options of one', ''].join('\n')
}

/** In the form that scripts look for. The version is the one whose commands all are as here. */
export function renderVersion(): string {
  return 'gh version 2.0.0 (refward)\n'
}
