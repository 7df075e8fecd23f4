import { expect, test } from 'vitest'
import type { ChangedPath } from './changed-paths.ts'
import { findOrigins } from './origins.ts'

const change = (commit: string, path: string, blob: string): ChangedPath => ({ commit, path, blob, status: 'modified', mode: '100644', directory: false })

test('of several commits that have an object at a place, the oldest is named: it is the one to rewrite', () => {
  const changes = [change('first', 'a', 'secret'), change('second', 'a', 'clean'), change('third', 'b', 'secret')]
  expect([...findOrigins(changes, new Set(['secret']))]).toEqual([['secret', { commit: 'first', path: 'a' }]])
  expect(findOrigins(changes, new Set()).size).toBe(0)
})
