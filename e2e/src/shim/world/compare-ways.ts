import { type AcceptedRow, wordsOf } from '@refward/testing-commands'
import { type WorldState, describeDifferences, readState } from '../../grammar/world-state.ts'
import type { GatewayWorld, Way } from './gateway-world.ts'
import { type Ended, runProgram } from './run-program.ts'

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly state: WorldState
  readonly ended: Ended
}

export interface Comparison {
  /** Empty where refs, work tree, configuration, exit code and standard output are the same. */
  readonly differences: readonly string[]
  /** What both wrote, for whoever looks into it. */
  readonly written: string
}

/** Runs a row with real git and the forge, and again through the shim; both from the same beginning. */
export async function compareWays(world: GatewayWorld, row: AcceptedRow, way: Exclude<Way, 'direct'>): Promise<Comparison> {
  const direct = await outcomeOf(world, row, 'direct')
  const ours = await outcomeOf(world, row, way)
  const differences = [
    ...describeDifferences(direct.state, ours.state),
    ...(direct.status === ours.status ? [] : [`exit code: ${direct.status} / ${ours.status}`]),
    ...(direct.stdout === ours.stdout ? [] : [`stdout: ${JSON.stringify(direct.stdout)} / ${JSON.stringify(ours.stdout)}`]),
    ...(direct.status === (row.exit ?? 0) ? [] : [`the exit code is not that of the corpus: ${direct.status}`]),
  ]
  return { differences, written: [...differences, direct.ended.stderr, ours.ended.stderr].join('\n') }
}

async function outcomeOf({ commands, environments, shim }: GatewayWorld, row: AcceptedRow, way: Way): Promise<Outcome> {
  const cwd = await commands.reset(row.place ?? 'work')
  const env = environments[way]
  const ended = await runProgram(way === 'direct' ? shim.realGit : shim.git, wordsOf(row.given), { cwd, env })
  const all = await readState(commands.stage, env)
  // Which objects lie in which pack is for either side to choose; which there must be is in the refs.
  const state = [...all].filter(([name]) => !name.includes('/objects/')).map(([name, text]) => [name, withoutAddress(text)] as const)
  return { status: ended.status, stdout: withoutAddress(ended.stdout), state: new Map(state), ended }
}

/** The addresses of the forge and of the gateway, which git writes into FETCH_HEAD and says. */
function withoutAddress(text: string): string {
  return text.replaceAll(/http:\/\/(?:[^@/\s]*@)?127\.0\.0\.1:[0-9]+\/(?:git\/forge\/)?/g, 'forge:/')
}
