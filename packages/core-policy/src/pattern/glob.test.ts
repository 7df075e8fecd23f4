import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAgentName } from '../ids/names.ts'
import { matchesNaively } from '../testing/naive-glob.ts'
import { unwrap } from '../testing/unwrap.ts'
import { coversPattern } from './covers-pattern.ts'
import { compileGlob } from './glob.ts'
import { findBranchPatternProblem } from './pattern-problem.ts'

const fixer = unwrap(parseAgentName('fixer'))

const part = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 }).filter((text) => !text.includes('**'))
const pattern = fc.array(fc.oneof(part, fc.constant('**')), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))
const text = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))

describe('patterns', () => {
  test.each([
    { pattern: 'main', yes: ['main'], no: ['Main', 'main2', 'a/main', ''] },
    { pattern: '*', yes: ['main', ''], no: ['a/b'] },
    { pattern: 'fix/*', yes: ['fix/a', 'fix/'], no: ['fix', 'fix/a/b'] },
    { pattern: 'a*b*c', yes: ['abc', 'axbxc', 'abbcc'], no: ['ab', 'acb', 'xabc'] },
    { pattern: 'a**', yes: ['a', 'abc'], no: ['a/b'] },
    { pattern: 'agent/**', yes: ['agent/a', 'agent/a/b'], no: ['agent', 'agents/a'] },
    { pattern: '**/x', yes: ['x', 'a/x', 'a/b/x'], no: ['x/a'] },
    { pattern: 'a/**/b', yes: ['a/b', 'a/x/b', 'a/b/b'], no: ['a', 'b', 'a/b/c'] },
    { pattern: '**', yes: ['a', 'a/b/c'], no: [] },
    { pattern: 'agent/{agent}/**', yes: ['agent/fixer/x'], no: ['agent/fixer', 'agent/other/x', 'agent/fixer-2/x', 'agent/{agent}/x'] },
    { pattern: '.+?^$|()[]\\', yes: ['.+?^$|()[]\\'], no: ['a'] },
  ])('$pattern', ({ pattern: source, yes, no }) => {
    const glob = compileGlob(source)
    expect([...yes, ...no].filter((name) => glob.matches(name, fixer))).toEqual(yes)
  })

  test('without an agent, {agent} matches nothing, not even itself', () => {
    const glob = compileGlob('agent/{agent}/**')
    expect(['agent/{agent}/x', 'agent//x', 'agent/undefined/x'].filter((name) => glob.matches(name))).toEqual([])
  })

  test('matches what trying everything matches', () => {
    fc.assert(
      fc.property(pattern, text, (source, name) => compileGlob(source).matches(name) === matchesNaively(source, name)),
      { numRuns: 2000 },
    )
  })

  test.each([
    { name: 'stars within a part', source: `${'*a'.repeat(90)}*x*b`, text: `${'a'.repeat(50_000)}b` },
    { name: 'stars over parts', source: `${'**/a/'.repeat(60)}b`, text: 'a/'.repeat(10_000) },
    { name: 'both', source: `${'**/*a*/'.repeat(40)}b`, text: `${'a'.repeat(50)}/`.repeat(1000) },
  ])('no text makes a pattern slow: $name', ({ source, text: hostile }) => {
    const glob = compileGlob(source)
    const start = performance.now()
    expect(glob.matches(hostile)).toBe(false)
    expect(performance.now() - start).toBeLessThan(500)
  })

  test('no two agents own one branch by a pattern with {agent}', () => {
    const agent = fc.stringMatching(/^[ab]{1,2}(?:-[ab]{1,2})?$/).map((name) => unwrap(parseAgentName(name)))
    const piece = fc.constantFrom('{agent}', '*', '**', 'a', 'a-*', 'b')
    const own = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
    const branch = fc.array(fc.constantFrom('a', 'b', 'a-b', 'ab', 'b-a'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))
    fc.assert(
      fc.property(own, agent, agent, branch, (source, one, other, name) => {
        fc.pre(source.includes('{agent}') && findBranchPatternProblem(source) === undefined && one !== other)
        const glob = compileGlob(source)
        return !(glob.matches(name, one) && glob.matches(name, other))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('coverage of one pattern by another', () => {
  test.each([
    { outer: '*', inner: 'a', covers: true },
    { outer: '*', inner: 'a/b', covers: false },
    { outer: 'team-*', inner: 'team-a-*', covers: true },
    { outer: 'team-a-*', inner: 'team-*', covers: false },
    { outer: 'a/**', inner: 'a/*/b', covers: true },
    { outer: 'a/*', inner: 'a/**', covers: false },
    { outer: 'a/*/**', inner: 'a/**', covers: false },
    { outer: '**', inner: 'a/**/b', covers: true },
    { outer: 'agent/**', inner: 'agent/{agent}/**', covers: true },
    { outer: '**/x', inner: 'x', covers: true },
  ])('$outer covers $inner: $covers', ({ outer, inner, covers }) => {
    expect(coversPattern(outer, inner)).toBe(covers)
  })

  test('what it says to be covered, matches', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (outer, inner, name) => {
        fc.pre(inner.split('/').filter((piece) => piece === '**').length < 2 && coversPattern(outer, inner) && compileGlob(inner).matches(name))
        return compileGlob(outer).matches(name)
      }),
      { numRuns: 500 },
    )
  })
})
