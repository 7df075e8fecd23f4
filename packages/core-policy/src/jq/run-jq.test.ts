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

  // Each of these kept the gateway busy for minutes, or took all memory that there is.
  test.each([
    { name: 'a list of itself, made flat', expression: `[1]${'|[.,.]'.repeat(27)}|flatten|length` },
    { name: 'a list of itself, as JSON', expression: `[1]${'|[.,.]'.repeat(27)}|tojson|length` },
    { name: 'a list of itself, in a text', expression: String.raw`[1]${'|[.,.]'.repeat(27)}|"\(.)"|length` },
    { name: 'a list of itself, as it is', expression: `[1]${'|[.,.]'.repeat(30)}` },
    { name: 'a list of itself, held against itself', expression: `[1]${'|[.,.]'.repeat(26)}|. == .` },
    { name: 'a list of itself, in a message', expression: `[1]${'|[.,.]'.repeat(27)}|tonumber` },
    { name: 'an object of itself', expression: `{"a":1}${'|{a:.,b:.}'.repeat(27)}|tojson|length` },
    { name: 'lists of itself in order', expression: `[1]${'|[.,.]'.repeat(24)}|[.,.,.]|sort|length` },
    { name: 'a long text between many', expression: `["aaaaaaaaaaaaaaaa"${'|.+.'.repeat(14)}]${'|.+.'.repeat(14)}|join("${'a'.repeat(1000)}")|length` },
    { name: 'a long text many times', expression: String.raw`"aaaaaaaaaaaaaaaa"${'|.+.'.repeat(18)}|"${String.raw`\(.)`.repeat(200)}"|length` },
    { name: 'a list without another', expression: `[1]${'|.+.'.repeat(18)}|. - map(2)` },
    { name: 'many lists one after another', expression: `[[1]]${'|.+.'.repeat(16)}|add|length` },
    { name: 'every one with every one', expression: `[1]${'|.+.'.repeat(16)}|[.[]+.[]]|length` },
    { name: 'every truth with every truth', expression: `[1]${'|.+.'.repeat(16)}|[.[] and .[]]|length` },
    { name: 'a piece of a long text again and again', expression: `"aaaaaaaaaaaaaaaa"${'|.+.'.repeat(17)}|[.,.,.,.,.,.,.,.,.,.]|[.[],.[],.[],.[]]|map(.[0:1])|length` },
    { name: 'a long list in a long list', expression: `[1]${'|.+.'.repeat(16)}|contains(map(2))` },
  ])('a bomb is told before it goes off: $name', ({ expression }) => {
    for (const form of [expression, `(${expression})?`]) expect(run(form, null)).toMatch(/it (?:makes|gives) too much|it takes too many steps/)
  })

  test('a long chain is as good as a short one', () => {
    expect(run(`.${'|.'.repeat(999)}`, 1)).toBe('1\n')
    expect(run(`1${'+1'.repeat(999)}`, 1)).toBe('1000\n')
    expect(run(`[${'.,'.repeat(900)}.]|length`, 1)).toBe('901\n')
    expect(run(`${'[.]|'.repeat(450)}tojson|length`, 1)).toBe('901\n')
  })

  test('what a forge has of a busy repository is not too much', () => {
    const pulls = Array.from({ length: 1000 }, (_, number) => ({ number, title: `title ${number}`, body: 'x'.repeat(2000), labels: [{ name: 'a' }, { name: `b${number % 7}` }], author: { login: `u${number % 50}` } }))
    expect(run('[.[] | select(.number > 500) | .labels[].name] | unique | length', pulls)).toBe('8\n')
    expect(run('group_by(.author.login) | map({who: .[0].author.login, count: length}) | sort_by(.count) | length', pulls)).toBe('50\n')
    expect(run('map(.labels) | add | length', pulls)).toBe('2000\n')
    expect(run('map(select(.body | contains("xxxxxxxx"))) | length', pulls)).toBe('1000\n')
    expect(run('length', pulls)).toBe('1000\n')
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
