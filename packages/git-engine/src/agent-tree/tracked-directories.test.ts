import { expect, test } from 'vitest'
import { findDirectories } from './tracked-directories.ts'

test('all directories above each path, and no file', () => {
  expect([...findDirectories(['top', 'a/b/c', 'a/b/d', 'a/e', 'f/g'])].toSorted()).toEqual(['a', 'a/b', 'f'])
})

test('many files thousands of directories deep take no more than their directories do', () => {
  const deep = 'a/'.repeat(2000)
  function* paths(): Generator<string> {
    for (let index = 0; index < 60_000; index += 1) yield `${deep}f${index}`
  }
  expect(findDirectories(paths()).size).toBe(2000)
})
