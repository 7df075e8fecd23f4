import { describe, expect, it } from 'vitest'

import { mapPath } from './map-path.ts'

describe('a path as the gateway sees it', () => {
  it.each([
    { name: 'as it is', path: '/work/x', mapping: undefined, there: '/work/x' },
    { name: 'as it is, when nothing fits', path: '/workshop/x', mapping: '/work=/srv/fixer', there: '/workshop/x' },
    { name: 'the top', path: '/work', mapping: '/work=/srv/fixer', there: '/srv/fixer' },
    { name: 'beneath', path: '/work/a/b', mapping: '/work/=/srv/fixer/', there: '/srv/fixer/a/b' },
    { name: 'the longest of several', path: '/work/a/b', mapping: '/work=/one:/work/a=/two:/=/three', there: '/two/b' },
    { name: 'from everywhere', path: '/work/a', mapping: '/=/srv', there: '/srv/work/a' },
    { name: 'to everywhere', path: '/mnt/a', mapping: '/mnt=/', there: '/a' },
  ])('is $name', ({ path, mapping, there }) => {
    expect(mapPath(path, mapping)).toBe(there)
  })

  it.each(['/work', 'work=/srv', '/work=srv', '/a=/b=/c', '=', '/a=/b:x'])('is not found by %j', (mapping) => {
    expect(() => mapPath('/work', mapping)).toThrow(expect.objectContaining({ code: 'RW_SHIM_SETTING' }))
  })
})
