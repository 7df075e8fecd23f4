import { type CommandTable, type GhValue, type ParsedCommand, hasOption, nameGhCommand, parseAnyCommand } from '@refward/core-policy'

import { renderGroupHelp, renderHelp, renderVersion } from './help-text.ts'
import { localTables } from './local-tables.ts'

/** What becomes of a command line of gh. */
export type GhPlan =
  /** Answered here: help. */
  | { readonly kind: 'show'; readonly text: string }
  /** Read; some of it may have to be done here before the gateway is asked. */
  | { readonly kind: 'ask'; readonly table: CommandTable<GhValue>; readonly command: ParsedCommand<GhValue> }
  /** Not read: the gateway is asked as it stands, so that one place says what is refused, and its record has it. */
  | { readonly kind: 'pass'; readonly argv: readonly string[] }

const HELP: ReadonlySet<string> = new Set(['-h', '--help'])

/** Decides about everything that stands behind `gh`. Never throws. */
export function planGh(argv: readonly string[]): GhPlan {
  const shown = planHelp(argv)
  if (shown !== undefined) return { kind: 'show', text: shown }
  const named = nameGhCommand(argv)
  const table = findTable(named)
  if (table === undefined) return { kind: 'pass', argv }
  const parsed = parseAnyCommand(localTables, named)
  if (parsed.kind === 'ok') return hasOption(parsed.value, '--help') ? { kind: 'show', text: renderHelp(table) } : { kind: 'ask', table, command: parsed.value }
  // `gh pr close --help`: what is missing is what the help tells.
  const asksForHelp = HELP.has(argv.at(-1) ?? '') && parsed.problems.every(({ code }) => code === 'RW_ARGUMENT_MISSING')
  return asksForHelp ? { kind: 'show', text: renderHelp(table) } : { kind: 'pass', argv }
}

/** `gh`, `gh pr`, `gh help pr create`, `gh --version`: no command, but words of some. */
function planHelp(argv: readonly string[]): string | undefined {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === 'version')) return renderVersion()
  const words = (argv[0] === 'help' ? argv.slice(1) : argv).filter((argument) => !HELP.has(argument))
  const table = findTable(words)
  if (table !== undefined) return argv[0] === 'help' ? renderHelp(table) : undefined
  if (words.length > 1) return undefined
  const [group] = words
  const tables = localTables.filter(({ words: [first] }) => group === undefined || first === group)
  return tables.length === 0 ? undefined : renderGroupHelp(tables)
}

/** Options may stand between the words: `gh pr -R acme/widget list`. */
function findTable(argv: readonly string[]): CommandTable<GhValue> | undefined {
  const [first, ...rest] = argv
  return localTables.find(({ words }) => words[0] === first && words.slice(1).every((word) => rest.includes(word)))
}
