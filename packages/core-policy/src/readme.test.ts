import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = new URL('../', import.meta.url)

test('the example of the README prints what it says', () => {
  const readme = readFileSync(new URL('README.md', folder), 'utf8')
  const [, code = '', printed] = /```ts\n(.*?)```\n\nprints\n\n```\n(.*?)```/s.exec(readme) ?? []
  const options = ['--conditions=refward-source', '--input-type=module-typescript', '--eval', code]
  expect(execFileSync(process.execPath, options, { cwd: folder, encoding: 'utf8' })).toBe(printed)
})
