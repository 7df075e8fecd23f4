import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A block of TypeScript in the page of a package. `printed` where the page says what it prints. */
interface Example {
  readonly name: string
  readonly folder: string
  readonly code: string
  readonly printed: string | undefined
  file: string
}

function readExamples(): readonly Example[] {
  return readdirSync(join(root, 'packages')).flatMap((name) => {
    const folder = join(root, 'packages', name)
    const blocks = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^```ts\n(.*?)^```\n(?:\nprints\n\n```\n(.*?)^```$)?/gms)
    return [...blocks].map(([, code = '', printed]): Example => ({ name, folder, code, printed, file: '' }))
  })
}

/** Examples lie in their package for a moment, so that they find what it may import, by its own name too. */
describe('the examples of the packages’ pages', () => {
  const examples = readExamples()
  const folders: string[] = []

  beforeAll(() => {
    for (const example of examples) {
      const folder = mkdtempSync(join(example.folder, '.readme-'))
      folders.push(folder)
      example.file = join(folder, 'example.ts')
      writeFileSync(example.file, example.code)
    }
  })

  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  it('are there for every package', () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(readdirSync(join(root, 'packages'))))
  })

  it('are right by their types', { timeout: 60_000 }, () => {
    const [folder = root] = folders
    const project = join(folder, 'tsconfig.json')
    const compilerOptions = { noEmit: true, isolatedDeclarations: false, declaration: false, composite: false, incremental: false, types: ['node'] }
    writeFileSync(project, JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, files: examples.map(({ file }) => file) }))
    const told = check(project)
    expect(told).toBe('')
  })

  it.each(examples.filter(({ printed }) => printed !== undefined))('of $name prints what the page says', ({ file, folder, printed }) => {
    expect(execFileSync(process.execPath, ['--conditions=refward-source', file], { cwd: folder, encoding: 'utf8' })).toBe(printed)
  })
})

function check(project: string): string {
  try {
    return execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], { encoding: 'utf8' })
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)
  }
}
