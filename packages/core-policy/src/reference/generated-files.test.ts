import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GENERATED_FILES } from './generated-files.ts'

describe('files made from this package', () => {
  test.each(GENERATED_FILES)('$path is current', ({ path, render }) => {
    const current = readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')
    expect(current, 'stale: run pnpm --filter @refward/core-policy generate').toBe(render())
  })
})
