import { writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'

import type { ForgeKind } from '@refward/core-policy'
import { RefwardError, configJsonSchema, parseConfig } from '@refward/core-policy'

import { CommandRefused } from '../cli/command-refused.ts'
import type { Report } from '../cli/report.ts'
import { reportOk } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import { locateConfig } from '../config/load-config.ts'
import type { InitAnswers } from './render-first-config.ts'
import { renderFirstConfig } from './render-first-config.ts'

export interface InitOptions {
  readonly config?: string
  readonly forgeUrl?: string
  readonly forgeKind?: string
  readonly forgeName?: string
  readonly repo?: readonly string[]
  readonly tokenEnv?: string
  readonly tokenFile?: string
  readonly username?: string
  readonly listen?: string
  readonly force?: boolean
}

const schemaName = 'refward.schema.json'

/** Writes a configuration and the schema that its first line names. What is not given by a flag is asked. */
export async function runInit(world: World, options: InitOptions): Promise<Report> {
  const file = locateConfig(world, options.config)
  const text = renderFirstConfig(await collectAnswers(world, options), `./${schemaName}`)
  refuseWrong(file, text)
  const schema = join(dirname(file), schemaName)
  await writeNew(file, text, options.force === true)
  await writeFile(schema, `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`)
  const shown = relative(world.directory, file) || file
  const program = describeProgram(world)
  const next = `next:\n  ${program} doctor --config ${shown}\n  ${program} up --config ${shown}\n`
  return reportOk(`wrote ${shown}, and ${schemaName} beside it for editors\n\n${text}\n${next}`, { file, schema, text })
}

/** What the operator has to write: in a checkout there is no `refward` on the path. */
function describeProgram({ environment }: World): string {
  return environment['npm_lifecycle_event'] === 'start' ? 'npm start --' : 'refward'
}

async function collectAnswers(world: World, options: InitOptions): Promise<InitAnswers> {
  const url = await answer(world, { flag: '--forge-url', given: options.forgeUrl, question: 'Address of the forge (https://git.example.org): ' })
  const kind = options.forgeKind ?? (await ask(world, `Kind of forge: gitea, forgejo, github, gitlab or git (${guessKind(url)}): `)) ?? guessKind(url)
  const name = options.forgeName ?? kind
  const repositories = options.repo ?? [await answer(world, { flag: '--repo', given: undefined, question: 'Repository that agents may use (owner/name): ' })]
  const source = await collectSource(world, options, name)
  const { username, listen } = options
  return { url, kind, name, repositories, source, ...(username !== undefined && { username }), ...(listen !== undefined && { listen }) }
}

async function collectSource(world: World, { tokenEnv, tokenFile }: InitOptions, name: string): Promise<InitAnswers['source']> {
  if (tokenFile !== undefined) return { kind: 'file', path: resolve(world.directory, tokenFile) }
  const usual = `${name.toUpperCase().replaceAll('-', '_')}_TOKEN`
  const variable = tokenEnv ?? (await ask(world, `Environment variable that holds the forge's token (${usual}): `)) ?? usual
  return { kind: 'env', variable }
}

interface Asked {
  readonly flag: string
  readonly given: string | undefined
  readonly question: string
}

async function answer(world: World, { flag, given, question }: Asked): Promise<string> {
  const text = given ?? (await ask(world, question))
  if (text !== undefined) return text
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument: flag, detail: 'it is missing', remedy: 'give it, or run refward init in a terminal to be asked' })
}

/** Undefined when nobody is there, or the answer is empty. */
async function ask(world: World, question: string): Promise<string | undefined> {
  const text = (await world.ask?.(question))?.trim()
  return text === '' ? undefined : text
}

function guessKind(url: string): ForgeKind {
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  if (host.includes('github')) return 'github'
  if (host.includes('gitlab')) return 'gitlab'
  return host.includes('forgejo') || host === 'codeberg.org' ? 'forgejo' : 'gitea'
}

/** A wrong answer is told in the words of the configuration, before anything is written. */
function refuseWrong(file: string, text: string): void {
  const parsed = parseConfig(text)
  if (parsed.kind === 'ok') return
  const message = `with these answers ${file} would have problems:`
  throw new CommandRefused({ code: parsed.problems[0]?.code ?? 'RW_CONFIG_VALUE', message, hint: '' }, parsed.problems)
}

async function writeNew(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    throw new RefwardError('RW_ARGUMENT_INVALID', { argument: '--config', detail: `${file} exists already`, remedy: 'name another file, or add --force to replace it' })
  }
}
