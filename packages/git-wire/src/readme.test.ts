import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from './testing/git.ts'

it('the example of the readme runs as it stands', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const file = join(temporaryDirectory(onTestFinished), 'example.ts')
  writeFileSync(file, example.replace('@refward/git-wire', new URL('index.ts', import.meta.url).href))
  expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe(
    'wants refs/heads/agent/fixer/main at 1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f\npack bytes 12\nanswer bytes 85\n',
  )
})
