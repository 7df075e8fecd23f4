import { exitCodes } from '../cli/exit-code.ts'
import type { Report } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import { runDemo } from '../demo/demo.ts'

/** The demonstration talks to this same program, as an operator would. */
export async function runDemoCommand(world: World, options: { readonly once?: boolean }): Promise<Report> {
  const program = [process.execPath, ...process.execArgv, process.argv[1] ?? '']
  const passed = await runDemo({ program, path: world.environment['PATH'] ?? '', once: options.once === true, out: process.stdout, signal: world.signal })
  return { exit: passed ? exitCodes.ok : exitCodes.refused, text: '', json: {}, streamed: true }
}
