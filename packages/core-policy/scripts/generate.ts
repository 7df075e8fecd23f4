import { readFile, writeFile } from 'node:fs/promises'
import { GENERATED_FILES } from '../src/reference/generated-files.ts'

// Without --write it only says what is stale, and ends with 1 if anything is.
const write = process.argv.includes('--write')
for (const { path, render } of GENERATED_FILES) {
  const url = new URL(`../../../${path}`, import.meta.url)
  const current = await readFile(url, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (current === render()) continue
  process.stdout.write(`${path} ${write ? 'written' : 'is stale: run with --write'}\n`)
  if (write) await writeFile(url, render())
  else process.exitCode = 1
}
