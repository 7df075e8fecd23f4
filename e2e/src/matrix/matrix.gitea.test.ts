import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

  test('each plane was the one that it says: no push of the exec plane was spoken in the protocol of git', async () => {
    const [own, shared] = await Promise.all([world.places.git, world.places.exec].map(({ home }) => readFile(join(home, 'wire.log'), 'utf8')))
    expect(own).toContain('/git-receive-pack')
    expect(shared).toContain('/git-upload-pack')
    expect(shared).not.toContain('/git-receive-pack')
  })

  test('nothing that was shown has a credential in it', () => {
    const secrets = [world.gitea.token, ...Object.values(world.places).map(({ token }) => token)]
    expect(findSecrets(JSON.stringify(results), secrets)).toEqual([])
    expect(findSecrets(world.gateway.output(), secrets)).toEqual([])
  })
})
