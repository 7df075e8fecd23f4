import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonProblem } from './strict-json.ts'

describe('findJsonProblem', () => {
  it.each([
    { name: 'a member twice', text: '{"a":1,"a":2}' },
    { name: 'a member twice, once escaped', text: String.raw`{"a":1,"\u0061":2}` },
    { name: 'a member twice, further down', text: '{"x":[{"a":{},"b":1,"a":[]}]}' },
    { name: 'a member twice, with texts between that look like members', text: '{"a":"\\"b\\":{","c":[",","a"],"a":1}' },
    { name: 'an empty name twice', text: '{"":1,"":2}' },
    { name: 'nesting beyond the bound', text: `${'['.repeat(33)}${']'.repeat(33)}` },
  ])('finds $name', ({ text }) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow()
    expect(findJsonProblem(text)).toBeDefined()
  })

  it.each(['{"a":{"a":1},"b":{"a":2}}', '[{"a":1},{"a":2}]', '{"a":"a","b":["a","a"]}', '"a"', '7', '{}', String.raw`{"a":"\\","b":"\""}`])('finds nothing in %s', (text) => {
    expect(findJsonProblem(text)).toBeUndefined()
  })

  it('finds nothing in what JSON.stringify writes, however it is indented', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat({ max: 4 }), (value, indent) => findJsonProblem(JSON.stringify(value, undefined, indent)) === undefined))
  })
})
