import { CommanderError } from 'commander'

import { createProgram } from './create-program.ts'
import type { ExitCode } from './exit-code.ts'
import { exitCodes } from './exit-code.ts'
import type { World } from './world.ts'

/** Runs one command line to its end. Nothing is thrown: whatever happens has an exit code, and is told once. */
export async function runCli(argv: readonly string[], world: World): Promise<ExitCode> {
  const outcome: { exit: ExitCode } = { exit: exitCodes.ok }
  const program = createProgram(world, (report, { json }) => {
    if (report.streamed !== true) world.out(json === true ? `${JSON.stringify({ success: report.exit === exitCodes.ok, ...report.json }, undefined, 2)}\n` : report.text)
    outcome.exit = report.exit
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return outcome.exit
  } catch (error) {
    // Help and version end this way too; commander has said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const { describeFailure } = await import('./describe-failure.ts')
    const failure = describeFailure(error)
    if (argv.includes('--json')) world.out(`${JSON.stringify(failure.json, undefined, 2)}\n`)
    else world.err(failure.text)
    return failure.exit
  }
}
