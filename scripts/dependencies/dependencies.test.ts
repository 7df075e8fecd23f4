import { describe, expect, it } from 'vitest'
import { findProblems } from './find-problems.ts'
import { parseManifest } from './manifest.ts'
import { renderPage } from './render-page.ts'

const reason = 'parses what an operator writes and says where a mistake is'

function manifestWith(fields: Record<string, unknown>): ReturnType<typeof parseManifest> {
  return parseManifest('packages/x', { name: '@refward/x', ...fields })
}

describe('findProblems', () => {
  it.each([
    { name: 'a reason is there', fields: { dependencies: { zod: '1' }, refward: { reasons: { zod: reason } } }, problems: 0 },
    { name: 'packages of the workspace need none', fields: { dependencies: { '@refward/y': 'workspace:*' } }, problems: 0 },
    { name: 'packages for development need none', fields: { devDependencies: { vitest: '1' } }, problems: 0 },
    { name: 'no reasons at all', fields: { dependencies: { zod: '1' } }, problems: 1 },
    { name: 'no reason for one of two', fields: { dependencies: { a: '1', zod: '1' }, refward: { reasons: { zod: reason } } }, problems: 1 },
    { name: 'an optional dependency is one', fields: { optionalDependencies: { zod: '1' } }, problems: 1 },
    { name: 'a reason that says nothing', fields: { dependencies: { zod: '1' }, refward: { reasons: { zod: 'needed' } } }, problems: 1 },
    { name: 'a reason that is no text', fields: { dependencies: { zod: '1' }, refward: { reasons: { zod: true } } }, problems: 1 },
    { name: 'a reason for what is no longer used', fields: { refward: { reasons: { zod: reason } } }, problems: 1 },
  ])('$name', ({ fields, problems }) => {
    expect(findProblems([manifestWith(fields)])).toHaveLength(problems)
  })
})

describe('renderPage', () => {
  it('has one ordered row for each use, with its reason in one cell', () => {
    const page = renderPage([
      manifestWith({ dependencies: { zod: '1', '@refward/y': '1' }, refward: { reasons: { zod: 'this | that\nand more' } } }),
      parseManifest('packages/a', { name: '@refward/a', dependencies: { pino: '1' }, refward: { reasons: { pino: reason } } }),
    ])
    const rows = page.split('\n').filter((line) => line.startsWith('| `'))
    expect(rows).toEqual([`| \`pino\` | \`@refward/a\` | ${reason} |`, '| `zod` | `@refward/x` | this \\| that and more |'])
  })
})
