import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findSecrets } from '../world/planted.ts'
import { MatrixWorld } from './matrix-world.ts'
import type { RowResult } from './row.ts'
import { rows } from './rows.ts'
import { runRow } from './run-row.ts'

let world: MatrixWorld
const results: RowResult[] = []

beforeAll(async () => {
  world = await MatrixWorld.create()
})
afterAll(() => world.close())

describe('the matrix, through the shims, on a real Gitea', () => {
  test.each(rows.flatMap((row) => row.planes.map((plane) => ({ row, plane, id: row.id, title: row.title }))))('$id on the $plane plane: $title', async ({ row, plane }) => {
    const result = await runRow(world, row, plane)
    results.push(result)
    expect(result).toMatchObject({ status: 'passed' })
    expect(result.problem).toBeUndefined()
  })

  test('nothing that was shown has a credential in it', () => {
    const secrets = [world.gitea.token, ...Object.values(world.places).map(({ token }) => token)]
    expect(findSecrets(JSON.stringify(results), secrets)).toEqual([])
    expect(findSecrets(world.gateway.output(), secrets)).toEqual([])
  })
})
