import { renderUsage } from './render-usage.ts'
import { negate } from './spellings.ts'
import { type AllowedOption, type CommandTable, type CommandValue, isRefusedOption } from './table.ts'

const COLUMN = 34

/** What `--help` shows: usage, the options that are accepted, and those that are refused. Ends with a line end. */
export function renderCommandHelp<V extends CommandValue>(program: string, table: CommandTable<V>): string {
  const usages = [renderUsage(table), ...(table.variants ?? []).map((variant) => renderUsage(table, variant))]
  const lines = usages.map((usage, index) => `${index === 0 ? 'usage:' : '   or:'} ${program} ${usage}`)
  const allowed = table.options.flatMap((option) => (isRefusedOption(option) ? [] : [renderRow(renderOptionNames(option), option.help)]))
  const refused = table.options.flatMap((option) => (isRefusedOption(option) ? [renderRow(listNames(option), option.refused)] : []))
  const section = (title: string, rows: readonly string[]): readonly string[] => (rows.length === 0 ? [] : ['', title, ...rows])
  return `${[...lines, '', table.about, ...section('accepted:', allowed), ...section('refused:', refused)].join('\n')}\n`
}

/** `-j, --jobs <n>`, `--[no-]prune`, `--rebase[=<mode>]` */
export function renderOptionNames<V extends CommandValue>(option: AllowedOption<V>): string {
  const { flag, value, optional, negatable, negatedOnly } = option
  const long = negatedOnly === true ? negate(flag) : negatable === undefined ? flag : `--[no-]${flag.slice(2)}`
  const short = negatedOnly === true && typeof negatable === 'string' ? negatable : option.short
  const names = listNames({ ...option, flag: long, ...(short === undefined ? {} : { short }) })
  if (value === undefined || negatedOnly === true) return names
  return optional === true ? `${names}[=${value.placeholder}]` : `${names} ${value.placeholder}`
}

function listNames({ flag, short, aliases = [] }: { readonly flag: string; readonly short?: string; readonly aliases?: readonly string[] }): string {
  return [...(short === undefined ? [] : [short]), flag, ...aliases].join(', ')
}

function renderRow(names: string, text: string): string {
  const left = `    ${names}`
  return left.length < COLUMN ? `${left.padEnd(COLUMN)}${text}` : `${left}\n${' '.repeat(COLUMN)}${text}`
}
