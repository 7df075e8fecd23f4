import { describe, expect, test } from 'vitest'
import { findCommandLine } from './text-command.ts'

describe('findCommandLine', () => {
  test.each([
    { name: 'alone', text: '/merge', line: 1 },
    { name: 'behind text', text: 'fine\n/approve', line: 2 },
    { name: 'behind the line end of another system', text: 'fine\r\n/approve', line: 2 },
    { name: 'behind a lone carriage return', text: 'fine\r/approve', line: 2 },
    { name: 'behind a line separator', text: 'fine\u2028/close', line: 2 },
    { name: 'indented', text: '   /close', line: 1 },
    { name: 'indented by a space that is none', text: '\u00a0/close', line: 1 },
    { name: 'quoted', text: '> /close', line: 1 },
    { name: 'in a list', text: '- /lgtm', line: 1 },
    { name: 'with an argument', text: '/assign @me', line: 1 },
    { name: 'with a mark', text: '/merge!', line: 1 },
    { name: 'to a bot', text: 'fine\n@dependabot squash and merge', line: 2 },
    { name: 'to an application', text: '@renovate[bot]: rebase', line: 1 },
    { name: 'to a bot of a team', text: '> @acme/mergers queue', line: 1 },
    { name: 'to bors', text: 'bors r+', line: 1 },
    { name: 'to bors in other words', text: '@bors r=alice p=5', line: 1 },
  ])('finds one $name', ({ text, line }) => {
    expect(findCommandLine(text)).toMatchObject({ line })
  })

  test.each(['/usr/bin/env', 'see /merge', '`/merge`', 'a/b', '/', '//', '/123', 'https://x/y', '', '/src/index.ts:7 is wrong', '@alice can you merge this?', 'ask @dependabot merge', 'bors is a bot', '@alice merged it'])('takes %j for text', (text) => {
    expect(findCommandLine(text)).toBeUndefined()
  })
})
