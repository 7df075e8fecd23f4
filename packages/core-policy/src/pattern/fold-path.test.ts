import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldPath } from './fold-path.ts'
import { compilePathRules } from './path-rules.ts'

describe('paths as the most forgiving file system reads them', () => {
  test.each([
    { name: 'plain', path: 'src/main.ts', folded: 'src/main.ts' },
    { name: 'case', path: 'SRC/Main.TS', folded: 'src/main.ts' },
    { name: 'dots and spaces at the end of a part', path: 'src. ./main.ts .', folded: 'src/main.ts' },
    { name: 'a stream of NTFS', path: '.git::$INDEX_ALLOCATION/config:x', folded: '.git/config' },
    { name: 'backslashes', path: 'a\\b', folded: 'a/b' },
    { name: 'composed and decomposed', path: 'caf\u0065\u0301', folded: 'caf\u00e9' },
    { name: 'zero width', path: '.g\u200dit', folded: '.git' },
    { name: 'compatibility forms', path: '\uff0egit', folded: '.git' },
    { name: 'the Kelvin sign', path: '\u212aey', folded: 'key' },
    { name: 'a long s', path: 'work\u017fpace', folded: 'workspace' },
  ])('$name', ({ path, folded }) => {
    expect(foldPath(path)).toBe(folded)
  })

  test('folding twice is folding once, and no spelling of a denied path gets by', () => {
    const rules = compilePathRules({ deny: ['deploy/**'], allow: [] })
    const disguise = fc.constantFrom(
      (part: string) => part.toUpperCase(),
      (part: string) => `${part}. `,
      (part: string) => `${part}::$DATA`,
      (part: string) => `\u200c${part}`,
      (part: string) => part.normalize('NFKD'),
      (part: string) => part,
    )
    fc.assert(
      fc.property(disguise, disguise, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }), (one, other, rest) => {
        const path = `${one('.github')}/${other('workflows')}/${rest}`
        expect(foldPath(foldPath(path))).toBe(foldPath(path))
        expect(rules.find(path)).toBeDefined()
        expect(rules.find(`${one('deploy')}/${rest}`)).toBeDefined()
      }),
    )
  })

  test('many paths are judged quickly', () => {
    const rules = compilePathRules({ deny: ['deploy/**', 'infra/*/prod/**'], allow: [] })
    const start = performance.now()
    for (let index = 0; index < 50_000; index += 1) rules.find(`packages/thing-${index}/src/deep/er/file-${index}.ts`)
    expect(performance.now() - start).toBeLessThan(1500)
  })
})
