import { renderUsage } from '../grammar/engine/render-usage.ts'
import { renderOptionNames } from '../grammar/engine/render-help.ts'
import { type AllowedOption, type CommandTable, type RefusedOption, type ValueType, isRefusedOption } from '../grammar/engine/table.ts'
import { gitTables } from '../grammar/git/git-tables.ts'
import { globalTable } from '../grammar/git/global-table.ts'
import { escapeMarkdown, renderCode } from './markdown.ts'

const HEAD = `# Commands

<!-- Generated from packages/core-policy/src/grammar. Change it there, then: pnpm --filter @refward/core-policy generate -->

What is read of a command that reaches another repository. Every other command of git is local, and none of Refward's business.

- An option is accepted when it stands here. Everything else is refused with \`RW_ARGUMENT_UNKNOWN\`, its nearest neighbour and the list of what is accepted.
- Options are written in full or by their letter; \`-fu\` is \`-f -u\`, \`-j4\` is \`-j 4\`. Abbreviations are refused (\`RW_ARGUMENT_ABBREVIATED\`).
- A value never begins with a dash, behind \`--\` neither (\`RW_ARGUMENT_DASH\`), and has no control characters.
- A remote is a name, or an address that begins with \`https://\`, \`http://\` or \`ssh://\`, or is like \`git@host:owner/repo\`, without password or token. Helpers (\`ext::\`), \`file://\` and paths are
  refused (\`RW_ARGUMENT_TRANSPORT\`).
- Of an option that is given twice the last one counts, but for those with a value: they are given once, or are lists.
- What git runs in the end is built anew from what was read. Policy decides on the refs that are meant, whatever options say.

Accepted here means that the command is understood. Which remotes, branches and tags may be touched is the [policy](policy.md)'s to say.
`

/** The programs whose arguments are read. */
const PROGRAMS: readonly { readonly program: string; readonly tables: readonly CommandTable[] }[] = [{ program: 'git', tables: gitTables }]

/** docs/reference/commands.md. */
export function renderCommandPage(): string {
  const global = renderTable({ title: 'git, before the command', usage: 'git [<options>] <command> ...', table: globalTable })
  const commands = PROGRAMS.flatMap(({ program, tables }) => tables.map((table) => renderTable({ title: `${program} ${table.words.join(' ')}`, usage: listUsages(program, table), table })))
  return [HEAD, ...commands, global].join('\n')
}

function listUsages(program: string, table: CommandTable): string {
  return [renderUsage(table), ...(table.variants ?? []).map((variant) => renderUsage(table, variant))].map((usage) => `${program} ${usage}`).join('\n')
}

function renderTable({ title, usage, table }: { readonly title: string; readonly usage: string; readonly table: CommandTable }): string {
  const allowed = table.options.flatMap((option) => (isRefusedOption(option) ? [] : [renderAllowed(option)]))
  const refused = table.options.flatMap((option) => (isRefusedOption(option) ? [renderRefused(option)] : []))
  const lines = [`## ${title}`, '', sentence(table.about), '', '```', usage, '```', '']
  return [...lines, ...renderRows('| accepted | value | meaning |', allowed), ...renderRows('| refused | why | instead |', refused)].join('\n')
}

function renderRows(head: string, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : [head, '|---|---|---|', ...rows, '']
}

function renderAllowed(option: AllowedOption): string {
  const value = option.value === undefined || option.negatedOnly === true ? '' : describeType(option.value)
  const repeats = option.repeats === 'list' && option.value !== undefined ? '; may be given several times' : ''
  return `| ${renderCode(renderOptionNames(option))} | ${value}${repeats} | ${escapeMarkdown(option.help)} |`
}

function describeType({ choices, expects }: ValueType): string {
  return choices === undefined ? escapeMarkdown(expects) : choices.map(renderCode).join(', ')
}

function renderRefused({ flag, short, aliases = [], refused, instead }: RefusedOption): string {
  const names = [...(short === undefined ? [] : [short]), flag, ...aliases]
  return `| ${renderCode(names.join(', '))} | ${escapeMarkdown(refused)} | ${escapeMarkdown(instead)} |`
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`
}
