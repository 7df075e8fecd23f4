import { type GhValue, type ParsedCommand, type ParsedOption, findOption, hasOption } from '@refward/core-policy'

import { apiField } from './api-fields.ts'
import { listInputFields } from './input-fields.ts'

type Command = ParsedCommand<GhValue>
type Option = ParsedOption<GhValue>

/** A command of which every text is in it, or in the standard input that goes with it. */
export interface ReadCommand {
  readonly command: Command
  readonly stdin: string | undefined
}

/**
 * Reads what `--body-file`, `--input` and `--field name=@file` name. INVARIANT: the gateway is never sent the name of a file, so that it cannot be asked to read one.
 *
 * @param read a file by its path, or the standard input
 */
export async function readFiles(command: Command, read: (path: string) => Promise<string>): Promise<ReadCommand> {
  const body = findOption(command, '--body-file')?.value?.text
  const options = await Promise.all(command.options.map((option) => readOption(option, read)))
  // With a body, gh posts if nothing else is said; fields say so too, but there may be none.
  const method: readonly Option[] = hasOption(command, '--input') && !hasOption(command, '--method') ? [{ flag: '--method', negated: false, value: { kind: 'text', text: 'POST' } }] : []
  return { command: { ...command, options: [...options.flat(), ...method] }, stdin: body === undefined ? undefined : await read(body) }
}

async function readOption(option: Option, read: (path: string) => Promise<string>): Promise<readonly Option[]> {
  const { flag, value } = option
  if (flag === '--body-file') return [{ flag, negated: false, value: { kind: 'text', text: '-' } }]
  if (flag === '--input') return listInputFields(await read(value?.text ?? ''))
  if (flag !== '--field' || value?.kind !== 'assignment' || !value.value.startsWith('@')) return [option]
  return [apiField('raw', value.name, await read(value.value.slice(1)))]
}
