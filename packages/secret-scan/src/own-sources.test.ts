import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFullInspector, findIn } from './testing/find-in.ts'

const folder = join(import.meta.dirname, '..')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /^(?!dist|node_modules).*\.(?:ts|md|json)$/.test(path),
)

// A scanner whose own repository sets it off, or another's push protection, cannot be worked on.
test('no file of this package holds what its rules look for', () => {
  const inspector = createFullInspector()
  expect(files.length).toBeGreaterThan(40)
  const found = files.flatMap((path) =>
    findIn(inspector, readFileSync(join(folder, path))).map((match) => `${path}: ${match.rule}`),
  )
  expect(found).toEqual([])
})
