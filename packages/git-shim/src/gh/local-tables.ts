import { type CommandOption, type CommandTable, type GhValue, ghTables, textType } from '@refward/core-policy'

type Option = CommandOption<GhValue>

const file = textType({ placeholder: '<file>', expects: 'a file, or - for the standard input', maximum: 4095, dash: true })

/** What the gateway does not do, and a sandbox can: read files and commits of its own. */
const READ_HERE: ReadonlyMap<string, Option> = new Map<string, Option>([
  ['--body-file', { flag: '--body-file', short: '-F', value: file, help: 'the text from a file, or from the standard input (-)' }],
  ['--input', { flag: '--input', value: file, help: 'the fields as an object of JSON, from a file or from the standard input (-)' }],
  ['--fill', { flag: '--fill', short: '-f', help: 'title and text from the commits' }],
  ['--fill-first', { flag: '--fill-first', help: 'title and text from the first commit' }],
  ['--fill-verbose', { flag: '--fill-verbose', help: 'title and text from the commits, with their whole messages' }],
])

// gh would make a query of the fields.
const inputConflict = [{ flag: '--input', with: ['--field', '--raw-field'] }]

const helpOption: Option = { flag: '--help', short: '-h', help: 'show this' }

/** The commands of gh as a sandbox takes them: as the gateway does, and what is done here first. */
export const localTables: readonly CommandTable<GhValue>[] = ghTables.map(localise)

function localise(table: CommandTable<GhValue>): CommandTable<GhValue> {
  return { ...table, options: [...table.options.map((option) => READ_HERE.get(option.flag) ?? option), helpOption], conflicts: [...(table.conflicts ?? []), ...inputConflict] }
}
