import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'

import { createProcessWorld } from '../process-world.ts'
import { createProgram } from './create-program.ts'

const pages = ['README.md', 'docs/operating.md', 'docs/agents.md', 'docs/launchers.md', 'examples/laptop/README.md', 'examples/team/README.md']

/** Command lines of a page, in code blocks and in running text, as their words after `refward`. */
function findCommands(page: string): readonly string[] {
  const text = readFileSync(fileURLToPath(new URL(`../../../../${page}`, import.meta.url)), 'utf8')
  return [...text.matchAll(/(?:^|`|\s)(?:refward|npm start --) ([a-z-][^`\n#]*?)(?= *(?:`|#|$))/gm)].map(([, line = '']) => line).filter((line) => isCommandLine(line))
}

function isCommandLine(line: string): boolean {
  const [first = ''] = line.split(' ')
  return first.startsWith('--') || program().commands.some((command) => command.name() === first)
}

function program(): Command {
  return createProgram(createProcessWorld(), () => undefined)
}

/** What a line writes that no command knows. */
function findUnknown(line: string): readonly string[] {
  let command = program()
  const words = line.split(' ')
  // Without a command, `npm start` shows the demonstration.
  if (words[0]?.startsWith('--') === true) words.unshift('demo')
  for (let next = inner(command, words[0]); next !== undefined; next = inner(command, words[0])) {
    command = next
    words.shift()
  }
  const known = new Set(command.options.map(({ long }) => long))
  return words.filter((word) => word.startsWith('--') && !known.has(word))
}

function inner(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((candidate) => candidate.name() === name)
}

describe('commands in the documentation', () => {
  const lines = pages.flatMap((page) => findCommands(page).map((line) => ({ page, line })))

  it('are looked for', () => {
    expect(lines).toContainEqual({ page: 'docs/operating.md', line: 'agent revoke fixer --session <id>' })
    expect(lines).toContainEqual({ page: 'README.md', line: 'up --config refward.yaml' })
    expect(findUnknown('agent revoke fixer --sesion 1')).toEqual(['--sesion'])
  })

  it.each(lines)('$page: refward $line', ({ line }) => {
    expect(findUnknown(line)).toEqual([])
  })
})
