import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { parseSubmodules } from './submodules.ts'

describe('parseSubmodules', () => {
  test.each([
    ['one', 'submodule.a.path\nlib/a\0submodule.a.url\n../a.git\0', [{ path: 'lib/a', url: '../a.git' }]],
    ['a name with dots and spaces', 'submodule.a.b c.path\nx\0submodule.a.b c.url\nhttps://x/y\0', [{ path: 'x', url: 'https://x/y' }]],
    ['a value with a line end and an equals sign', 'submodule.a.url\nhttps://x/\ny=z\0', [{ path: 'a', url: 'https://x/\ny=z' }]],
    ['two addresses: both are told', 'submodule.a.path\np\0submodule.a.url\n1\0submodule.a.url\n2\0', [{ path: 'p', url: '1' }, { path: 'p', url: '2' }]],
    ['two paths: the address is told for both', 'submodule.a.path\np\0submodule.a.path\nq\0submodule.a.url\n1\0', [{ path: 'p', url: '1' }, { path: 'q', url: '1' }]],
    ['a setting without a value', 'submodule.a.url\0submodule.a.path\np\0', []],
    ['other settings', 'core.editor\nvi\0submodule.a.update\n!rm\0', []],
  ])('%s', (_, text, entries) => {
    expect(parseSubmodules(text)).toEqual(entries)
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseSubmodules(text))))
  })
})
