import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'

import { renderGitConfig } from './git-config-text.ts'
import { quoteShellPath, quoteShellWord, renderShellExports } from './shell-text.ts'

const hostile: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'a command in backticks', text: '`touch /tmp/pwned`' },
  { name: 'a substitution', text: '$(touch /tmp/pwned)${HOME}' },
  { name: 'quotes of both kinds', text: `it's "quoted"` },
  { name: 'a quote that ends the word', text: `'; touch /tmp/pwned; '` },
  { name: 'a line end and a new section', text: 'a\n[core]\n\tsshCommand = touch /tmp/pwned' },
  { name: 'a comment', text: 'a # b ; c' },
  { name: 'space at the ends', text: '  a  ' },
  { name: 'backslashes', text: String.raw`a\b\\n` },
  { name: 'a tab, a bell and a backspace', text: 'a\tb\u0007c\bd' },
  { name: 'an option', text: '--upload-pack=touch' },
  { name: 'a glob and a tilde', text: '~/* ?' },
  { name: 'not ASCII', text: 'größe – ключ' },
  { name: 'nothing', text: '' },
]

function readSetting(text: string, name: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'refward-quoting-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'config')
  writeFileSync(file, text)
  return execFileSync('git', ['config', '--file', file, '--null', '--list'], { encoding: 'utf8' }).replace(`${name}\n`, '')
}

describe('text in a git configuration', () => {
  it.each(hostile)('is one value: $name', ({ text }) => {
    const config = renderGitConfig([{ section: 'url', subsection: 'x', name: 'insteadOf', value: text }])
    expect(readSetting(config, 'url.x.insteadof')).toBe(`${text}\0`)
  })

  it.each(hostile.filter(({ text }) => !text.includes('\n')))('is one subsection: $name', ({ text }) => {
    const config = renderGitConfig([{ section: 'url', subsection: text, name: 'insteadOf', value: 'v' }])
    expect(readSetting(config, `url.${text}.insteadof`)).toBe('v\0')
  })

  it.each(['a\n[core]', 'a\0b'])('is refused as a subsection when it cannot be written: %j', (subsection) => {
    expect(() => renderGitConfig([{ section: 'url', subsection, name: 'insteadOf', value: 'v' }])).toThrow(RangeError)
  })

  it.each(['a\0b', 'a\rb'])('is refused as a value when it cannot be written: %j', (value) => {
    expect(() => renderGitConfig([{ section: 'url', subsection: 'x', name: 'insteadOf', value }])).toThrow(RangeError)
  })
})

describe('text in a shell', () => {
  it.each(hostile)('is one word: $name', ({ text }) => {
    expect(execFileSync('sh', ['-c', `printf %s ${quoteShellWord(text)}`], { encoding: 'utf8' })).toBe(text)
  })

  it('is one word whatever it is', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')), { minLength: 20, maxLength: 20 })
    const property = fc.property(texts, (words) => {
      const script = words.map((word) => `printf '%s\\0' ${quoteShellWord(word)}`).join('\n')
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(words.map((word) => `${word}\0`).join(''))
    })
    fc.assert(property, { numRuns: 20 })
  })

  it('keeps a home that is the reader’s', () => {
    const text = `printf %s ${quoteShellPath("~/it's here/token")}`
    expect(execFileSync('sh', ['-c', text], { encoding: 'utf8', env: { HOME: '/home/a b' } })).toBe("/home/a b/it's here/token")
  })

  it('exports what it was given', () => {
    const script = `${renderShellExports(new Map([['ONE', `it's`], ['TWO', '$ONE']]))}printf '%s %s' "$ONE" "$TWO"`
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`it's $ONE`)
  })

  it('refuses NUL', () => {
    expect(() => quoteShellWord('a\0')).toThrow(RangeError)
  })
})
