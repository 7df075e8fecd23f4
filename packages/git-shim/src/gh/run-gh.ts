import { type GhExecuteBody, type GhValue, type ParsedCommand, RefwardError, findOption, isRefwardError, renderCommand } from '@refward/core-policy'

import { type Environment, findGateway } from '../gateway/find-gateway.ts'
import { readGitSettings } from '../gateway/read-git-settings.ts'
import { type GhEnd, askGh, endWith } from './ask-gh.ts'
import { fillPull } from './fill/fill-pull.ts'
import { findLocalBranch, findRemoteBranch } from './find-branch.ts'
import { type FoundRepository, findRepository } from './find-repository.ts'
import { type GhPlan, planGh } from './plan-gh.ts'
import { readFiles } from './read-files.ts'

/** Where gh was called, and with what. */
export interface GhCall {
  readonly argv: readonly string[]
  /** The real git. */
  readonly git: string
  readonly environment: Environment
  /** Whether the standard output is a terminal. */
  readonly tty: boolean
  /** Reads a file by its path, or the standard input as `-`. */
  read(path: string): Promise<string>
}

type Command = ParsedCommand<GhValue>
type Asked = Exclude<GhPlan, { readonly kind: 'show' }>

/** Runs a command line of gh to its end; nothing of it is thrown. */
export async function runGh(call: GhCall): Promise<GhEnd> {
  const plan = planGh(call.argv)
  if (plan.kind === 'show') return { exitCode: 0, stdout: plan.text, stderr: '' }
  try {
    return await ask(call, plan)
  } catch (error) {
    if (isRefwardError(error)) return endWith(error.status, error)
    throw error
  }
}

async function ask({ git, environment, tty, read }: GhCall, plan: Asked): Promise<GhEnd> {
  const [settings, branch] = await Promise.all([readGitSettings(git), needsBranch(plan) ? findLocalBranch(git) : undefined])
  const access = findGateway(environment, settings)
  const here = findRepository(settings, access.address)
  const remoteBranch = branch === undefined ? undefined : await findRemoteBranch(git, settings, branch)
  const place = { ...(here.kind === 'found' ? { repo: here.repo } : {}), ...(remoteBranch === undefined ? {} : { cwd_branch: remoteBranch }), tty }
  if (plan.kind === 'pass') return askGh(access, { args: plan.argv, ...place })
  const named = nameRepository(plan, environment['GH_REPO'])
  requirePlace(named, here)
  const { command, stdin } = await readFiles(named, read)
  const askMainBranch = (): Promise<string> => askForMainBranch((question) => askGh(access, question), place)
  const filled = await fillPull(command, { git, remote: here.kind === 'found' ? here.remote : undefined, branch, remoteBranch, askMainBranch })
  return askGh(access, { args: renderCommand(plan.table, filled), ...place, ...(stdin === undefined ? {} : { stdin }) })
}

/** Whether the branch that is checked out may say which pull request is meant: another process less for all others. */
function needsBranch(plan: Asked): boolean {
  if (plan.kind === 'pass') return true
  const { words: [group, word], positionals } = plan.command
  return group === 'pr' && word !== 'list' && positionals.length === 0
}

/** gh takes GH_REPO where no -R is given. */
function nameRepository({ table, command }: Extract<Asked, { readonly kind: 'ask' }>, text: string | undefined): Command {
  const takesIt = table.options.some(({ flag }) => flag === '--repo') && findOption(command, '--repo') === undefined
  if (!takesIt || text === undefined || text === '') return command
  return { ...command, options: [...command.options, { flag: '--repo', negated: false, value: { kind: 'text', text } }] }
}

/** A command in a clone of something else must not do its work in the one repository that the session happens to have. */
function requirePlace(command: Command, here: FoundRepository): void {
  const isNamed = findOption(command, '--repo') !== undefined || command.words[0] === 'auth' || command.positionals.some(({ kind }) => kind === 'gh-repo')
  if (here.kind !== 'elsewhere' || isNamed) return
  throw new RefwardError('RW_GH_USAGE', { detail: 'none of the git remotes here is the address of a repository', remedy: 'name one with -R OWNER/REPO' })
}

async function askForMainBranch(asking: (question: GhExecuteBody) => Promise<GhEnd>, place: Omit<GhExecuteBody, 'args'>): Promise<string> {
  const { exitCode, stdout, stderr } = await asking({ ...place, args: ['repo', 'view', '--json=defaultBranchRef', '--jq=.defaultBranchRef.name'] })
  const name = stdout.trim()
  if (exitCode === 0 && name !== '') return name
  throw new RefwardError('RW_GH_USAGE', { detail: `the default branch is not known: ${stderr.trim()}`, remedy: 'give --base, or --title and --body' })
}
