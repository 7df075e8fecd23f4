import { isAbsolute } from 'node:path'
import { type FlagKind, type GitCall, type GitCommandRule, fixedConfig, gitCommandRule, untrustedConfig } from './git-command.ts'

const MAX_ARGUMENT_BYTES = 64 * 1024
const OPERAND_COUNTS = { none: [0, 0], one: [0, 1], two: [2, 2], many: [0, 10_000] } as const

/** A call that the table does not allow: a mistake in Refward, or an attack that got as far as argv. Never shown to an agent. */
export class GitArgumentError extends TypeError {
  override readonly name: string = 'GitArgumentError'
}

/**
 * Builds argv for `git` from a typed call. The order is fixed: configuration, directories, subcommand, flags,
 * `--end-of-options` where git has it, operands.
 *
 * @param trust whose directory git reads.
 * @throws GitArgumentError for anything that the table does not hold.
 */
export function buildGitArgv(call: GitCall, trust: 'ours' | 'untrusted' = 'ours'): readonly string[] {
  const rule = gitCommandRule(call.command)
  if (rule === undefined) throw new GitArgumentError(`git ${JSON.stringify(call.command)} is not in the command table`)
  const operands = operandArguments(call, rule)
  return [
    ...[...fixedConfig, ...rule.config, ...(trust === 'untrusted' ? untrustedConfig : [])].flatMap((setting) => ['-c', setting]),
    ...directoryArgument('--git-dir', call.gitDir),
    ...directoryArgument('--work-tree', call.workTree),
    call.command,
    ...verbArgument(call, rule),
    ...flagArguments(call, rule),
    ...(rule.endOfOptions && operands.length > 0 ? ['--end-of-options'] : []),
    ...operands,
  ]
}

function directoryArgument(name: '--git-dir' | '--work-tree', directory: string | undefined): readonly string[] {
  if (directory === undefined) return []
  // A relative directory would be resolved against a working directory that somebody else may choose.
  if (!isAbsolute(directory)) throw new GitArgumentError(`the directory of ${name} must be an absolute path`)
  return [`${name}=${checkedText(directory)}`]
}

function verbArgument(call: GitCall, rule: GitCommandRule): readonly string[] {
  if (rule.verb === undefined && call.verb === undefined) return []
  if (call.verb === undefined || !rule.verb?.includes(call.verb)) {
    throw new GitArgumentError(`git ${call.command} has no verb ${JSON.stringify(call.verb)} in the table`)
  }
  return [call.verb]
}

function flagArguments(call: GitCall, rule: GitCommandRule): readonly string[] {
  return Object.entries(call.flags ?? {}).flatMap(([name, value]: [string, unknown]) => {
    const kind = Object.hasOwn(rule.flags, name) ? rule.flags[name] : undefined
    if (kind === undefined) throw new GitArgumentError(`git ${call.command} has no flag ${JSON.stringify(name)} in the table`)
    return value === undefined ? [] : flagArgument(name, kind, value)
  })
}

function flagArgument(name: string, kind: FlagKind, value: unknown): readonly string[] {
  if (kind === 'switch' && typeof value === 'boolean') return value ? [name] : []
  if (kind === 'optional-text' && value === true) return [name]
  if (kind === 'count' && typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return [`${name}=${value}`]
  if (typeof value === 'string') {
    if (kind === 'text' || kind === 'optional-text') return [`${name}=${dynamicText(value)}`]
    if (Array.isArray(kind) && kind.includes(value)) return [`${name}=${value}`]
  }
  throw new GitArgumentError(`${name} cannot take ${JSON.stringify(value)}`)
}

function operandArguments(call: GitCall, rule: GitCommandRule): readonly string[] {
  const operands = call.operands ?? []
  const [least, most] = OPERAND_COUNTS[rule.operands]
  if (operands.length < least || operands.length > most) {
    throw new GitArgumentError(`git ${call.command} does not take ${operands.length} operands`)
  }
  return operands.map(dynamicText)
}

/** Option injection (CVE-2022-24066 and its kin): a value that begins with a dash is never handed to git, whatever stands before it. */
function dynamicText(value: string): string {
  if (value.startsWith('-')) throw new GitArgumentError(`a value that begins with a dash is refused: ${JSON.stringify(value.slice(0, 80))}`)
  return checkedText(value)
}

function checkedText(value: string): string {
  if (value.includes('\0')) throw new GitArgumentError('an argument may not contain a NUL byte')
  if (value.length > MAX_ARGUMENT_BYTES) throw new GitArgumentError('an argument is too long')
  return value
}
