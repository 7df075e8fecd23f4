import { describe, expect, test } from 'vitest'
import { unwrap } from '../../testing/unwrap.ts'
import { type TextValue, type CountValue, type WordValue, countType, textType, wordType } from '../values/plain-types.ts'
import { parseAnyCommand, parseCommand } from './parse-command.ts'
import { renderCommand } from './render-command.ts'
import { renderCommandHelp } from './render-help.ts'
import { type CommandTable, PFLAG_SYNTAX } from './table.ts'

type Value = CountValue | TextValue | WordValue

const prose = textType({ placeholder: '<text>', expects: 'text', maximum: 100, dash: true, lines: true, empty: true })
const slug = textType({ placeholder: '<owner>/<repo>', expects: '<owner>/<repo>', maximum: 50, shape: /^[a-z]+\/[a-z]+$/ })

const table: CommandTable<Value> = {
  words: ['issue', 'create'],
  about: 'open an issue',
  syntax: PFLAG_SYNTAX,
  options: [
    { flag: '--repo', short: '-R', value: slug, place: 'either', help: 'the repository' },
    { flag: '--body', short: '-b', value: prose, help: 'its text' },
    { flag: '--body-file', short: '-F', value: wordType(['-']), help: 'standard input' },
    { flag: '--label', short: '-l', value: textType({ placeholder: '<name>', expects: 'a name', maximum: 20 }), repeats: 'list', help: 'a label' },
    { flag: '--state', value: wordType(['open', 'closed']), help: 'its state' },
    { flag: '--limit', short: '-L', value: countType(1, 100), help: 'how many' },
    { flag: '--draft', short: '-d', help: 'not yet' },
    { flag: '--web', short: '-w', refused: 'nothing is opened in a browser', instead: 'use --json' },
  ],
  positionals: [{ name: 'title', value: textType({ placeholder: '<title>', expects: 'a title', maximum: 50 }), count: 'optional' }],
}

const render = (...argv: string[]): readonly string[] => renderCommand(table, unwrap(parseAnyCommand([table], ['issue', ...argv])))

describe('a program that reads its arguments as gh does', () => {
  test.each([
    { name: 'a short option with an equals sign', given: ['create', '-R=a/b'], normal: ['--repo=a/b'] },
    { name: 'a short option with its value stuck to it', given: ['create', '-Ra/b'], normal: ['--repo=a/b'] },
    { name: 'an option between the words', given: ['-R', 'a/b', 'create', 'x'], normal: ['--repo=a/b', 'x'] },
    { name: 'a cluster with a value at its end', given: ['create', '-dl', 'bug'], normal: ['--draft', '--label=bug'] },
    { name: 'a value with an equals sign', given: ['create', '--label=a=b'], normal: ['--label=a=b'] },
    { name: 'prose that begins with a dash', given: ['create', '--body', '- one\n- two'], normal: ['--body=- one\n- two'] },
    { name: 'prose like an option', given: ['create', '-b', '--web'], normal: ['--body=--web'] },
    { name: 'no prose', given: ['create', '--body='], normal: ['--body='] },
    { name: 'standard input', given: ['create', '--body-file', '-'], normal: ['--body-file=-'] },
    { name: 'a list', given: ['create', '-lx', '--label', 'y'], normal: ['--label=x', '--label=y'] },
  ])('$name', ({ given, normal }) => {
    expect(render(...given)).toEqual(['issue', 'create', ...normal])
    expect(render('create', ...normal)).toEqual(['issue', 'create', ...normal])
  })

  test.each([
    { name: 'a NUL in prose', given: ['create', '--body', 'a\0b'], code: 'RW_ARGUMENT_CHARACTERS' },
    { name: 'lines where there are none', given: ['create', 'a\nb'], code: 'RW_ARGUMENT_CHARACTERS' },
    { name: 'too much prose', given: ['create', '--body', 'x'.repeat(101)], code: 'RW_ARGUMENT_LIMIT' },
    { name: 'a browser in a cluster', given: ['create', '-dw'], code: 'RW_ARGUMENT_DENIED' },
    { name: 'a second repository', given: ['-R', 'a/b', 'create', '--repo=c/d'], code: 'RW_ARGUMENT_REPEATED' },
    { name: 'a file', given: ['create', '--body-file=/etc/passwd'], code: 'RW_ARGUMENT_VALUE' },
    { name: 'an option that has its place behind', given: ['--draft', 'create'], code: 'RW_ARGUMENT_UNKNOWN' },
    { name: 'two titles', given: ['create', 'a', 'b'], code: 'RW_ARGUMENT_EXCESS' },
    { name: 'another command', given: ['delete', '1'], code: 'RW_ARGUMENT_COMMAND' },
  ])('refuses $name', ({ given, code }) => {
    expect(parseAnyCommand([table], ['issue', ...given])).toMatchObject({ kind: 'error', problems: [{ code }] })
  })

  test('other words are another command', () => {
    expect(parseCommand(table, ['issue', 'list'])).toBeUndefined()
    expect(parseCommand(table, ['issue'])).toBeUndefined()
  })

  test('help', () => {
    expect(renderCommandHelp('gh', table)).toBe(`usage: gh issue create [<options>] [<title>]

open an issue

accepted:
    -R, --repo <owner>/<repo>     the repository
    -b, --body <text>             its text
    -F, --body-file (-)           standard input
    -l, --label <name>            a label
    --state (open|closed)         its state
    -L, --limit <n>               how many
    -d, --draft                   not yet

refused:
    -w, --web                     nothing is opened in a browser
`)
  })
})
