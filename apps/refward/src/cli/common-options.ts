import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'

export function renderExitCodes(): string {
  return `
Exit codes:
  0  done, and every check passed
  1  refused, or a check failed
  2  the command line or the configuration is wrong
  3  the command needs a running gateway, and none answers
  4  the gateway's own state does not let it work: damaged ledger, full disk, taken address`
}

/** The two options that every command has. */
export interface CommonOptions {
  readonly config?: string
  readonly json?: boolean
}

/** Adds a command with the options and the help that all have. */
export function addCommand(parent: Command, usage: string, about: { readonly summary: string; readonly example: string }): Command {
  return parent
    .command(usage)
    .description(about.summary)
    .option('-c, --config <file>', 'configuration file (default: $REFWARD_CONFIG, or refward.yaml)')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', `\nExample:\n${about.example.replaceAll(/^/gm, '  ')}\n${renderExitCodes()}`)
}

export function parseCount(text: string): number {
  const count = Number(text)
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('it must be a whole number from 1 on.')
  return count
}

/** The number of a user or group. */
export function parseUserId(text: string): number {
  const id = Number(text)
  if (!/^(?:0|[1-9]\d{0,9})$/.test(text) || id > 2 ** 32 - 2) throw new InvalidArgumentError('it must be the number of a user or group.')
  return id
}

/** Collects a repeatable option. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
