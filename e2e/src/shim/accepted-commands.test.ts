import { type GitOperation, parseGit } from '@refward/core-policy'
import { type AcceptedRow, acceptedCommands, wordsOf } from '@refward/testing-commands'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareWays } from './world/compare-ways.ts'
import { type GatewayWorld, createGatewayWorld } from './world/gateway-world.ts'
import { execDifferences, statedDifferences } from './world/stated-differences.ts'

let world: GatewayWorld

beforeAll(async () => {
  world = await createGatewayWorld(', branches: { own: ["**"] }, tags: { create: ["**"], delete: ["**"] }')
})

afterAll(() => world.close())

/** Every fourth row, or with REFWARD_CORPUS=whole each of them, which takes some minutes. */
const STEP = process.env['REFWARD_CORPUS'] === 'whole' ? 1 : 4
const accepted = acceptedCommands.filter(({ difference }) => difference === undefined)

/** What a work tree is needed for; a clone makes one, and submodules have settings of their own. */
const OVER_EXEC: ReadonlySet<GitOperation> = new Set<GitOperation>(['push', 'ls-remote', 'fetch', 'pull', 'remote update'])

function isOverExec({ given }: AcceptedRow): boolean {
  const parsed = parseGit(wordsOf(given))
  return parsed.kind === 'ok' && OVER_EXEC.has(parsed.value.command.operation)
}

const planes = [
  { way: 'gateway', stated: statedDifferences, rows: accepted },
  { way: 'exec', stated: execDifferences, rows: accepted.filter(isOverExec) },
] as const

describe.each(planes)('through the shim ($way), refs, work tree, exit code and output are as with real git and the forge', ({ way, stated, rows }) => {
  test.each(rows.filter((_, index) => index % STEP === 0).map((row) => ({ row, line: wordsOf(row.given).join(' ') })))('git $line ($row.name)', async ({ row, line }) => {
    const { differences, written } = await compareWays(world, row, way)
    // A difference that is stated must be there, or the statement is stale.
    const asStated = (found: readonly string[]): boolean => found.length > 0 === stated.has(line)
    expect(differences).toSatisfy(asStated, written)
  })

  test('every stated difference is of a row', () => {
    const lines = new Set(rows.map(({ given }) => wordsOf(given).join(' ')))
    expect([...stated.keys()].filter((line) => !lines.has(line))).toEqual([])
  })
})
