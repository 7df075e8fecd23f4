import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFilterSpec, renderFilterSpec } from './filter-spec.ts'
import { filterSpec } from './testing/arbitraries.ts'

const ID = '937fd86b3d6f5a8f97eb1da57c169fbe73934267'

describe('filters that git sends', () => {
  it.each([
    { text: 'blob:none', filter: { kind: 'blob-none' } },
    { text: 'blob:limit=0', filter: { kind: 'blob-limit', bytes: 0 } },
    { text: 'blob:limit=1k', filter: { kind: 'blob-limit', bytes: 1024 } },
    { text: 'blob:limit=2M', filter: { kind: 'blob-limit', bytes: 2_097_152 } },
    { text: 'blob:limit=1g', filter: { kind: 'blob-limit', bytes: 1_073_741_824 } },
    { text: 'tree:0', filter: { kind: 'tree-depth', depth: 0 } },
    { text: 'object:type=commit', filter: { kind: 'object-type', type: 'commit' } },
    { text: `sparse:oid=${ID}`, filter: { kind: 'sparse-oid', id: ID } },
    { text: 'combine:blob:none+tree:3', filter: { kind: 'combine', filters: [{ kind: 'blob-none' }, { kind: 'tree-depth', depth: 3 }] } },
    { text: 'combine:blob%3anone', filter: { kind: 'combine', filters: [{ kind: 'blob-none' }] } },
  ])('$text', ({ text, filter }) => {
    expect(parseFilterSpec(text)).toEqual({ kind: 'ok', value: filter })
  })
})

describe('malformed filters', () => {
  const encodedId = ID.replaceAll(/./g, (digit) => `%${digit.charCodeAt(0).toString(16)}`)
  it.each([
    { name: 'nothing', text: '', code: 'unsupported-filter' },
    { name: 'an unknown kind', text: 'blob:all', code: 'unsupported-filter' },
    { name: 'a path on the server, which git has dropped', text: 'sparse:path=/etc/passwd', code: 'unsupported-filter' },
    { name: 'a revision expression, which the server would resolve', text: 'sparse:oid=main:.gitignore', code: 'unsupported-filter' },
    { name: 'a search through history', text: 'sparse:oid=:/secret', code: 'unsupported-filter' },
    { name: 'a negative size', text: 'blob:limit=-1', code: 'malformed-filter' },
    { name: 'a size that overflows', text: 'blob:limit=9007199254740991g', code: 'malformed-filter' },
    { name: 'a size with a leading zero, octal to some', text: 'blob:limit=010', code: 'malformed-filter' },
    { name: 'a scale only', text: 'blob:limit=k', code: 'malformed-filter' },
    { name: 'two scales', text: 'blob:limit=1kk', code: 'malformed-filter' },
    { name: 'no depth', text: 'tree:', code: 'malformed-filter' },
    { name: 'an unknown type', text: 'object:type=Blob', code: 'malformed-filter' },
    { name: 'an inherited name in place of a type', text: 'object:type=constructor', code: 'malformed-filter' },
    { name: 'combine of nothing', text: 'combine:', code: 'malformed-filter' },
    { name: 'combine with a gap', text: 'combine:blob:none++tree:1', code: 'malformed-filter' },
    { name: 'combine in combine, of any depth', text: 'combine:combine:blob:none', code: 'unsupported-filter' },
    { name: 'combine in combine, encoded', text: 'combine:combine%3Ablob%3Anone%2Btree%3A1', code: 'unsupported-filter' },
    { name: 'encoded NUL', text: 'combine:blob%3Anone%00', code: 'unsupported-filter' },
    { name: 'broken encoding', text: 'combine:blob:none%2', code: 'malformed-filter' },
    { name: 'characters that must be encoded', text: 'combine:blob:none;x', code: 'malformed-filter' },
    { name: 'a flood of filters', text: `combine:${Array.from({ length: 17 }, () => 'tree:1').join('+')}`, code: 'malformed-filter' },
    { name: 'a long filter, of which every part is valid', text: `combine:${Array.from({ length: 16 }, () => `sparse:oid=${encodedId}`).join('+')}`, code: 'malformed-filter' },
  ])('$name', ({ text, code }) => {
    expect(parseFilterSpec(text)).toMatchObject({ kind: 'error', error: { code } })
  })
})

describe('properties', () => {
  it('parses what was rendered', () => {
    fc.assert(fc.property(filterSpec, (filter) => {
      expect(parseFilterSpec(renderFilterSpec(filter))).toEqual({ kind: 'ok', value: filter })
    }))
  })

  it('gives canonical text for whatever it takes', () => {
    const text = fc.array(fc.constantFrom('combine:', 'blob:none', 'blob:limit=', 'tree:', 'sparse:oid=', 'object:type=', '+', '%', '3A', '1', '0', 'k', 'tag', ID), { maxLength: 6 }).map((parts) => parts.join(''))
    fc.assert(fc.property(fc.oneof(text, fc.string()), (input) => {
      const parsed = parseFilterSpec(input)
      expect(parsed.kind === 'ok' ? parseFilterSpec(renderFilterSpec(parsed.value)) : parsed).toEqual(parsed)
    }))
  })
})
