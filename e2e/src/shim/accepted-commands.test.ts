import { type AcceptedRow, acceptedCommands, wordsOf } from '@refward/testing-commands'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type WorldState, describeDifferences, readState } from '../grammar/world-state.ts'
import { type GatewayWorld, createGatewayWorld } from './world/gateway-world.ts'
import { type Ended, runProgram } from './world/run-program.ts'
import { statedDifferences } from './world/stated-differences.ts'

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly state: WorldState
}

let world: GatewayWorld

beforeAll(async () => {
  world = await createGatewayWorld(', branches: { own: ["**"] }, tags: { create: ["**"], delete: ["**"] }')
})

afterAll(() => world.close())

async function outcomeOf(row: AcceptedRow, way: 'direct' | 'gateway'): Promise<Outcome & { readonly ended: Ended }> {
  const cwd = await world.commands.reset(row.place ?? 'work')
  const env = world.environments[way]
  const ended = await runProgram(way === 'direct' ? world.shim.realGit : world.shim.git, wordsOf(row.given), { cwd, env })
  const all = await readState(world.commands.stage, env)
  // Which objects lie in which pack is for either side to choose; which there must be is in the refs.
  const state = [...all].filter(([name]) => !name.includes('/objects/')).map(([name, text]) => [name, withoutAddress(text)] as const)
  return { status: ended.status, stdout: withoutAddress(ended.stdout), state: new Map(state), ended }
}

/** The addresses of the forge and of the gateway, which git writes into FETCH_HEAD and says. */
function withoutAddress(text: string): string {
  return text.replaceAll(/http:\/\/(?:[^@/\s]*@)?127\.0\.0\.1:[0-9]+\/(?:git\/forge\/)?/g, 'forge:/')
}

/** Every fourth row, or with REFWARD_CORPUS=whole each of them, which takes some minutes. */
const STEP = process.env['REFWARD_CORPUS'] === 'whole' ? 1 : 4
const rows = acceptedCommands.filter(({ difference }) => difference === undefined).filter((_, index) => index % STEP === 0)

describe('through the shim and the gateway, refs, work tree, exit code and output are as with real git and the forge', () => {
  test.each(rows.map((row) => ({ row, line: wordsOf(row.given).join(' ') })))('git $line ($row.name)', async ({ row, line }) => {
    const direct = await outcomeOf(row, 'direct')
    const ours = await outcomeOf(row, 'gateway')
    const differences = [
      ...describeDifferences(direct.state, ours.state),
      ...(direct.status === ours.status ? [] : [`exit code: ${direct.status} / ${ours.status}`]),
      ...(direct.stdout === ours.stdout ? [] : [`stdout: ${JSON.stringify(direct.stdout)} / ${JSON.stringify(ours.stdout)}`]),
      ...(direct.status === (row.exit ?? 0) ? [] : [`the exit code is not that of the corpus: ${direct.status}`]),
    ]
    // A difference that is stated must be there, or the statement is stale.
    const asStated = (found: readonly string[]): boolean => found.length > 0 === statedDifferences.has(line)
    expect(differences).toSatisfy(asStated, [...differences, direct.ended.stderr, ours.ended.stderr].join('\n'))
  })

  test('every stated difference is of a row', () => {
    const lines = new Set(acceptedCommands.map(({ given }) => wordsOf(given).join(' ')))
    expect([...statedDifferences.keys()].filter((line) => !lines.has(line))).toEqual([])
  })
})
