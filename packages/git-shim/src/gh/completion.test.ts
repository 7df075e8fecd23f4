import { execFileSync } from 'node:child_process'

import { describe, expect, it } from 'vitest'

import { renderCompletion } from './completion.ts'
import { localTables } from './local-tables.ts'
import { planGh } from './plan-gh.ts'

/** What a real bash completes a line to whose last word is not finished. */
function complete(...words: readonly string[]): readonly string[] {
  const script = `${renderCompletion('bash', localTables)}
COMP_WORDS=(gh "$@")
COMP_CWORD=$#
_refward_gh
printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], { encoding: 'utf8' }).split('\n').filter((word) => word !== '')
}

describe('completion in bash', () => {
  it.each([
    { name: 'groups', words: ['i'], found: ['issue'] },
    { name: 'commands', words: ['pr', 'c'], found: ['create', 'checks', 'comment', 'close'] },
    { name: 'options', words: ['pr', 'create', '--b'], found: ['--body', '--body-file', '--base'] },
    { name: 'options of what is one word', words: ['api', 'repos/{owner}/{repo}', '--me'], found: ['--method'] },
    { name: 'values of which there are few', words: ['pr', 'list', '--state', 'c'], found: ['closed'] },
    { name: 'values behind a short form', words: ['issue', 'list', '-s', 'a'], found: ['all'] },
    { name: 'what is done in the sandbox', words: ['pr', 'create', '--fill-v'], found: ['--fill-verbose'] },
    { name: 'nothing that is refused', words: ['pr', 'merge', '1', '--adm'], found: [] },
    { name: 'nothing for a hostile word', words: ['$(touch /tmp/owned)', '`id`', '*'], found: [] },
  ])('finds $name', ({ words, found }) => {
    expect(complete(...words)).toEqual(found)
  })

  it.each([['-s', 'bash'], ['--shell', 'zsh'], ['--shell=bash']])('is printed for %j', (...argv) => {
    expect(planGh(['completion', ...argv.flat()])).toMatchObject({ kind: 'show', text: expect.stringContaining('complete -o default -F _refward_gh gh\n') as unknown })
  })

  it('is not there for other shells', () => {
    expect(planGh(['completion', '-s', 'fish'])).toMatchObject({ kind: 'pass' })
  })
})
