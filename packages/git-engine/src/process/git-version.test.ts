import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OLDEST_GIT, isGitAtLeast, parseGitVersion } from './git-version.ts'

test.each([
  { name: 'Debian', text: 'git version 2.39.5\n', expected: [2, 39, 5] },
  { name: 'Apple', text: 'git version 2.39.5 (Apple Git-154)\n', expected: [2, 39, 5] },
  { name: 'Windows', text: 'git version 2.51.0.windows.1\n', expected: [2, 51, 0] },
  { name: 'release candidate', text: 'git version 2.52.0-rc1\n', expected: [2, 52, 0] },
  { name: 'two parts', text: 'git version 2.40\n', expected: [2, 40, 0] },
  { name: 'no version', text: 'git version\n', expected: undefined },
  { name: 'another program', text: 'hub version 2.39.5\n', expected: undefined },
  { name: 'several lines', text: 'git version 2.39.5\nevil\n', expected: undefined },
])('reads $name', ({ text, expected }) => {
  expect(parseGitVersion(text)).toEqual(expected)
})

test.each([
  { version: [2, 38, 9], expected: false },
  { version: [2, 39, 0], expected: true },
  { version: [2, 100, 0], expected: true },
  { version: [3, 0, 0], expected: true },
  { version: [1, 99, 0], expected: false },
] as const)('$version at least the oldest: $expected', ({ version, expected }) => {
  expect(isGitAtLeast(version, OLDEST_GIT)).toBe(expected)
})

test('never throws, and reads back every version', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseGitVersion(text)))
  const part = fc.integer({ min: 0, max: 9999 })
  fc.assert(
    fc.property(part, part, part, (a, b, c) => {
      expect(parseGitVersion(`git version ${a}.${b}.${c}\n`)).toEqual([a, b, c])
    }),
  )
})
