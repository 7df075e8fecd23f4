import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ZERO_ID } from '../ids/object-id.ts'
import { NEW_ID, OLD_ID } from '../testing/policy-world.ts'
import { indexRefs } from './ref-index.ts'

const part = fc.constantFrom('a', 'A', 'b', 'c')
const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `refs/heads/${parts.join('/')}`)

describe('an index of refs', () => {
  test('answers what looking through all of them answers', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 8 }), name, (names, asked) => {
        const index = indexRefs(names.map((one) => ({ name: one, id: OLD_ID })))
        const low = asked.toLowerCase()
        const others = names.filter((one) => one !== asked)
        expect(index.idOf(asked)).toBe(names.includes(asked) ? OLD_ID : ZERO_ID)
        expect(index.otherCase(asked) !== undefined).toBe(others.some((one) => one.toLowerCase() === low))
        expect(index.anyCase(asked) !== undefined).toBe(names.some((one) => one.toLowerCase() === low))
        expect(index.inTheWay(asked) !== undefined).toBe(names.some((one) => one.toLowerCase().startsWith(`${low}/`) || low.startsWith(`${one.toLowerCase()}/`)))
      }),
      { numRuns: 1000 },
    )
  })

  test('takes the last of two values, and no name of an object for a ref', () => {
    const index = indexRefs([{ name: 'refs/heads/a', id: OLD_ID }, { name: 'refs/heads/a', id: NEW_ID }])
    expect(index.idOf('refs/heads/a')).toBe(NEW_ID)
    expect(index.otherCase('refs/heads/a')).toBeUndefined()
    for (const odd of ['__proto__', 'constructor', '', 'toString']) expect([index.idOf(odd), index.anyCase(odd), index.inTheWay(odd)]).toEqual([ZERO_ID, undefined, undefined])
  })

  test('knows whether there is a branch', () => {
    expect(indexRefs([]).hasBranches).toBe(false)
    expect(indexRefs([{ name: 'refs/tags/v1', id: OLD_ID }]).hasBranches).toBe(false)
    expect(indexRefs([{ name: 'refs/heads/x', id: OLD_ID }]).hasBranches).toBe(true)
  })

  test('knows which refs lead to others', () => {
    const index = indexRefs([{ name: 'refs/heads/main', id: OLD_ID }, { name: 'refs/heads/alias', id: OLD_ID, symrefTarget: 'refs/heads/main' }])
    expect(['refs/heads/alias', 'refs/heads/main', 'refs/heads/new'].map((name) => index.isSymbolic(name))).toEqual([true, false, false])
  })
})
