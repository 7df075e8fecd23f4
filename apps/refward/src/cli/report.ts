import type { ExitCode } from './exit-code.ts'
import { exitCodes } from './exit-code.ts'

/** What a command has to say when it ends: once for people, once for programs. Both say the same. */
export interface Report {
  readonly exit: ExitCode
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
  /** True when everything was said while it happened. */
  readonly streamed?: boolean
}

/** Takes the report of the command that ran, and its options. */
export type Finish = (report: Report, options: { readonly json?: boolean }) => void

export function reportOk(text: string, json: Readonly<Record<string, unknown>>): Report {
  return { exit: exitCodes.ok, text, json }
}
