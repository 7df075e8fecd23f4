import type { RefwardCode } from '@refward/core-policy'

/** What a command's exit status says. Documented in each command's help. */
export const exitCodes = {
  ok: 0,
  /** What was asked for was refused, or a check failed. */
  refused: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** The command needs a running gateway, and none answers. */
  notRunning: 3,
  /** The gateway's own state or machine does not let it work: damaged ledger, full disk, taken address. */
  fault: 4,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const faults: ReadonlySet<RefwardCode> = new Set<RefwardCode>([
  'RW_DATA_EXPOSED',
  'RW_DATA_IN_USE',
  'RW_DISK_FULL',
  'RW_GIT_UNAVAILABLE',
  'RW_INTERNAL',
  'RW_LEDGER_CORRUPT',
  'RW_LEDGER_KEY',
  'RW_LEDGER_SCHEMA',
  'RW_LEDGER_UNAVAILABLE',
  'RW_LISTEN_FAILED',
])

export function exitCodeOf(code: RefwardCode): ExitCode {
  if (code === 'RW_CONTROL_UNREACHABLE') return exitCodes.notRunning
  if (code.startsWith('RW_CONFIG_') || code === 'RW_ARGUMENT_INVALID' || code === 'RW_NAME_INVALID' || code === 'RW_REF_NAME_INVALID') return exitCodes.usage
  return faults.has(code) ? exitCodes.fault : exitCodes.refused
}
