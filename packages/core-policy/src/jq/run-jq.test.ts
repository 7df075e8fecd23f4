import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runJq } from './run-jq.ts'

const PULLS = [
  { number: 2, title: 'b "x"', author: { login: 'ada' }, labels: [{ name: 'bug' }, { name: 'ui' }], state: 'OPEN' },
  { number: 1, title: 'a\tc', author: { login: 'bob' }, labels: [], state: 'CLOSED' },
]

function run(expression: string, input: unknown = PULLS): string {
  const result = runJq(expression, input)
  return result.kind === 'ok' ? result.value : `! ${result.problems.map(({ message }) => message).join()}`
}

describe('runJq', () => {
  // Each was compared with what jq 1.6 prints with -r -c -S; null alone differs, which gh prints as an empty line.
  test.each([
    { expression: '.[].number', output: '2\n1\n' },
    { expression: '.[0].title', output: 'b "x"\n' },
    { expression: '.[-1]["title"]', output: 'a\tc\n' },
    { expression: '.[] | select(.state == "OPEN") | .number', output: '2\n' },
    { expression: '.[] | select(.number > 1 and (.labels | length) == 2).author.login', output: 'ada\n' },
    { expression: String.raw`.[] | "\(.number) \(.author.login)"`, output: '2 ada\n1 bob\n' },
    { expression: String.raw`.[0] | "\(.labels | map("<\(.name)>") | join(","))"`, output: '<bug>,<ui>\n' },
    { expression: 'map(.number) | sort | @json', output: '[1,2]\n' },
    { expression: '.[] | [.number, .title] | @tsv', output: '2\tb "x"\n1\ta\\tc\n' },
    { expression: '.[0] | [.number, .title] | @csv', output: '2,"b ""x"""\n' },
    { expression: '.[0] | {number, by: .author.login}', output: '{"by":"ada","number":2}\n' },
    { expression: '[.[].labels[].name] | unique', output: '["bug","ui"]\n' },
    { expression: 'sort_by(.number)[0].number', output: '1\n' },
    { expression: 'group_by(.state) | map({state: .[0].state, count: length})', output: '[{"count":1,"state":"CLOSED"},{"count":1,"state":"OPEN"}]\n' },
    { expression: '.[0].missing', output: '\n' },
    { expression: '.[0].missing // "none"', output: 'none\n' },
    { expression: '.[0] | keys', output: '["author","labels","number","state","title"]\n' },
    { expression: 'map(.number) | add', output: '3\n' },
    { expression: '.[] | if .state == "OPEN" then "o" elif .number == 1 then "c" else "?" end', output: 'o\nc\n' },
    { expression: '.[0].title[0:1]', output: 'b\n' },
    { expression: '.[:1] | length', output: '1\n' },
    { expression: '.[0].number.x?', output: '' },
    { expression: '[.[] | .title | startswith("a")] | any', output: 'true\n' },
    { expression: '.[1].labels | length == 0 | not', output: 'false\n' },
    { expression: 'first(.[]).number, last.number', output: '2\n1\n' },
    { expression: 'max_by(.number).number - 1', output: '1\n' },
    { expression: '.[0].author | to_entries | from_entries', output: '{"login":"ada"}\n' },
    { expression: '', output: '[{"author":{"login":"ada"},"labels":[{"name":"bug"},{"name":"ui"}],"number":2,"state":"OPEN","title":"b \\"x\\""},{"author":{"login":"bob"},"labels":[],"number":1,"state":"CLOSED","title":"a\\tc"}]\n' },
  ])('$expression', ({ expression, output }) => {
    expect(run(expression)).toBe(output)
  })

  test.each([
    { name: 'functions of ones own', expression: 'def f: f; f', words: 'there is no def' },
    { name: 'variables', expression: '. as $x | $x', words: 'is not understood' },
    { name: 'the environment', expression: '$ENV', words: 'is not understood' },
    { name: 'the environment as a function', expression: 'env', words: 'there is no env' },
    { name: 'files', expression: 'input', words: 'there is no input' },
    { name: 'loops', expression: 'range(1000000000)', words: 'there is no range' },
    { name: 'loops without end', expression: 'repeat(.)', words: 'there is no repeat' },
    { name: 'patterns', expression: 'test("(a+)+$")', words: 'there is no test' },
    { name: 'assignments', expression: '.[0].number = 7', words: 'is not understood' },
    { name: 'an end that is missing', expression: '.[', words: 'ends too early' },
    { name: 'a text without an end', expression: '"a', words: 'has no end' },
    { name: 'too much nesting', expression: `${'['.repeat(100)}${']'.repeat(100)}`, words: 'nested too deeply' },
    { name: 'more members than there is time for', expression: `${'.[],'.repeat(200)}. | .. `, words: 'not understood' },
  ])('refuses $name', ({ expression, words }) => {
    expect(run(expression)).toContain(words)
  })

  test('ends when it takes too long or makes too much, also within a try', () => {
    const many = Array.from({ length: 100 }, (_, index) => index)
    const product = `[.[] as_not]`.replace(' as_not', '')
    expect(run(`[${product}, ${product}] | .[0][] , .[1][] | length`, many)).not.toContain('!')
    expect(run(`{a: .[], b: .[], c: .[], d: .[]} | .a`, many)).toContain('too many steps')
    expect(run(`({a: .[], b: .[], c: .[], d: .[]} | .a)?`, many)).toContain('too many steps')
    expect(run(`.[0:1][0] | tostring ${'| . + .'.repeat(60)} | length`, ['a'.repeat(1000)])).toContain('too much')
  })

  test('a member of the name of a prototype is a member as any other', () => {
    expect(run('{"__proto__": 1} | keys', null)).toBe('["__proto__"]\n')
    expect(run('.constructor', {})).toBe('\n')
  })

  test('nothing throws', () => {
    const pieces = fc.constantFrom('.', '.a', '[', ']', '{', '}', '(', ')', '|', ',', '"', '\\(', '//', '?', 'map', 'select', 'if', 'then', 'end', '1', '-', '@tsv', ' ', ':')
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(pieces).map((all) => all.join(''))), fc.jsonValue(), (expression, input) => void runJq(expression, input)))
  })
})
