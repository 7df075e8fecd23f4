import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseGit, renderGit } from '@refward/core-policy'
import { type AcceptedRow, type CommandWorld, acceptedCommands, buildCommandWorld, wordsOf } from '@refward/testing-commands'
import { tryGit } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type WorldState, describeDifferences, readState } from './world-state.ts'

interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly state: WorldState
}

const WORLDS = 2
let root = ''
const idle: CommandWorld[] = []
const waiting: ((world: CommandWorld) => void)[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refward-commands-'))
  idle.push(...(await Promise.all(Array.from({ length: WORLDS }, (_, index) => buildCommandWorld(root, `stage${index}`)))))
})

afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 3 }))

/** Rows run two at a time, each pair in one world, one after the other. */
async function inWorld<T>(use: (world: CommandWorld) => Promise<T>): Promise<T> {
  const world = idle.pop() ?? (await new Promise<CommandWorld>((resolve) => waiting.push(resolve)))
  try {
    return await use(world)
  } finally {
    const next = waiting.shift()
    if (next === undefined) idle.push(world)
    else next(world)
  }
}

async function run(world: CommandWorld, { place = 'work' }: AcceptedRow, argv: readonly string[]): Promise<Outcome> {
  const cwd = await world.reset(place)
  const { status, stdout } = await tryGit(argv, { cwd, env: world.environment })
  return { status, stdout, state: await readState(world.stage, world.environment) }
}

function normalFormOf(argv: readonly string[]): readonly string[] {
  const parsed = parseGit(argv)
  if (parsed.kind === 'error') throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return renderGit(parsed.value)
}

const rows = acceptedCommands.map((row) => ({ row, title: `git ${wordsOf(row.given).join(' ')} (${row.place ?? 'work'})` }))
const respelt = acceptedCommands.filter(({ given, normal }) => wordsOf(given).join('\0') !== wordsOf(normal).join('\0'))

describe('real git does the same with a spelling and its normal form', () => {
  // A command that stands in its normal form is run once, for the exit code: it must be one that git does something with.
  test.concurrent.each(rows)('$title', async ({ row }) => {
    const given = wordsOf(row.given)
    await inWorld(async (world) => {
      const normal = normalFormOf(given)
      const after = await run(world, row, normal)
      expect(after.status).toBe(row.exit ?? 0)
      if (normal.join('\0') === given.join('\0')) return
      const before = await run(world, row, given)
      const differences = [
        ...(before.status === after.status ? [] : [`exit code: ${before.status} / ${after.status}`]),
        ...(before.stdout === after.stdout ? [] : [`stdout: ${JSON.stringify(before.stdout)} / ${JSON.stringify(after.stdout)}`]),
        ...describeDifferences(before.state, after.state),
      ]
      // A difference that is stated must be there, or the statement is stale.
      expect(differences).toSatisfy(({ length }: readonly string[]) => length > 0 === (row.difference !== undefined), differences.join('\n'))
    })
  })

  test('most of the corpus is spelt in another way than the normal one', () => {
    expect(respelt.length).toBeGreaterThanOrEqual(100)
  })

  test('the comparison sees a difference', async () => {
    await inWorld(async (world) => {
      const row: AcceptedRow = { name: '', given: '', normal: '' }
      const once = await run(world, row, ['fetch', '--no-tags', 'origin'])
      expect(describeDifferences(once.state, (await run(world, row, ['fetch', '--no-tags', 'origin'])).state)).toEqual([])
      expect(describeDifferences(once.state, (await run(world, row, ['fetch', 'origin'])).state).join('\n')).toContain('refs/tags/v2')
    })
  })
})
