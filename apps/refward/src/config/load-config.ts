import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

import type { Config } from '@refward/core-policy'
import { RefwardError, parseConfig } from '@refward/core-policy'

import { CommandRefused } from '../cli/command-refused.ts'
import type { World } from '../cli/world.ts'

/** A configuration that was read, and where what it names is on this machine. */
export interface LoadedConfig {
  readonly config: Config
  /** Absolute path of the file, and what stands in it. */
  readonly file: string
  readonly text: string
  readonly dataDirectory: string
  readonly ledgerPath: string
  readonly controlPath: string
}

const defaultConfigName = 'refward.yaml'

/** Far more than any policy needs; a device or a log given by mistake is not read to its end. */
const largestFile = 4 * 1024 * 1024

/** The file that `--config`, `$REFWARD_CONFIG` or the default names. */
export function locateConfig(world: Pick<World, 'directory' | 'environment'>, named: string | undefined): string {
  return resolve(world.directory, named ?? world.environment['REFWARD_CONFIG'] ?? defaultConfigName)
}

/** @throws RefwardError RW_CONFIG_UNREADABLE, CommandRefused with every problem of the file. */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  const text = await readConfigFile(file)
  const parsed = parseConfig(text)
  if (parsed.kind === 'error') {
    const { problems } = parsed
    const [first] = problems
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
    const message = `${file} has ${count}:`
    throw new CommandRefused({ code: first?.code ?? 'RW_CONFIG_VALUE', message, hint: first?.hint ?? 'mend the file' }, problems)
  }
  return placeConfig(parsed.value, file, text)
}

function placeConfig(config: Config, file: string, text: string): LoadedConfig {
  const dataDirectory = resolve(dirname(file), config.data)
  const { socket } = config.control
  return {
    config,
    file,
    text,
    dataDirectory,
    ledgerPath: join(dataDirectory, 'ledger.db'),
    controlPath: socket === undefined ? join(dataDirectory, 'control.sock') : resolve(dirname(file), socket),
  }
}

async function readConfigFile(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8')
    if (text.length > largestFile) throw new RefwardError('RW_CONFIG_UNREADABLE', { file, detail: 'it is larger than 4 MiB' })
    return text
  } catch (error) {
    if (error instanceof RefwardError) throw error
    const detail = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : describe(error)
    throw new RefwardError('RW_CONFIG_UNREADABLE', { file, detail }, { cause: error })
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
