import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { packageFolders } from '../bootstrap/workspace.mjs'
import { edges } from './edges.ts'
import { findForbidden } from './find-forbidden.ts'
import { parseImports, readImports } from './imports.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const packages = readdirSync(join(root, 'packages')).filter((name) => existsSync(join(root, 'packages', name, 'package.json')))

describe('the edges between packages', () => {
  it.each(packages)('%s imports only what it may', (name) => {
    const imports = readImports(root, `packages/${name}/src`)
    expect(imports.map((one) => findForbidden(name, one)).filter((problem) => problem !== undefined)).toEqual([])
  })

  it.each(packages)('%s depends only on what it may import', (name) => {
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
    const dependencies = typeof manifest === 'object' && manifest !== null && 'dependencies' in manifest ? manifest.dependencies : {}
    const file = `packages/${name}/package.json`
    const problems = Object.keys({ ...(dependencies as Record<string, string>) }).map((specifier) => findForbidden(name, { file, specifier }))
    expect(problems.filter((problem) => problem !== undefined)).toEqual([])
  })

  it('have no circle', () => {
    const reach = (name: string, seen: readonly string[]): readonly string[] => {
      expect(seen, 'a package that reaches itself').not.toContain(name)
      return (edges.get(name)?.own ?? []).flatMap((next) => reach(next, [...seen, name]))
    }
    for (const name of edges.keys()) reach(name, [])
  })
})

describe('findForbidden', () => {
  it.each([
    { name: 'the shim must not reach credentials', from: 'git-shim', specifier: '@refward/key-provision' },
    { name: 'policy must not do input or output', from: 'core-policy', specifier: 'node:fs' },
    { name: 'the wire format is bytes alone', from: 'git-wire', specifier: 'node:net' },
    { name: 'git is spawned in one package', from: 'gateway-server', specifier: 'node:child_process' },
    { name: 'connections are opened in one package', from: 'git-engine', specifier: 'node:https' },
    { name: 'a sub-path is the same module', from: 'git-engine', specifier: 'node:dns/promises' },
    { name: 'the scanner knows nothing of ours', from: 'secret-scan', specifier: '@refward/core-policy' },
    { name: 'not around the exports', from: 'ledger', specifier: '@refward/core-policy/src/refs.ts' },
    { name: 'not around the package', from: 'ledger', specifier: '../../core-policy/src/refs.ts' },
    { name: 'built-in modules carry node:', from: 'ledger', specifier: 'fs' },
    { name: 'only a transport sees a credential', from: 'gateway-server', specifier: '@refward/key-provision/reveal' },
    { name: 'a package that nobody placed', from: 'stranger', specifier: 'zod' },
  ])('$name', ({ from, specifier }) => {
    expect(findForbidden(from, { file: 'x.ts', specifier })).toMatch(/^x\.ts: /)
  })

  it.each([
    { from: 'git-engine', specifier: 'node:child_process' },
    { from: 'upstream', specifier: '@refward/git-wire' },
    { from: 'upstream', specifier: '@refward/key-provision/reveal' },
    { from: 'core-policy', specifier: '../refs/ref-name.ts' },
    { from: 'core-policy', specifier: 'zod' },
  ])('$from may import $specifier', ({ from, specifier }) => {
    expect(findForbidden(from, { file: 'x.ts', specifier })).toBeUndefined()
  })
})

describe('parseImports', () => {
  it.each([
    { name: 'named', source: "import { a, b } from 'x'" },
    { name: 'over several lines', source: "import {\n  a,\n  type B,\n} from 'x'" },
    { name: 'types alone', source: "import type { A } from 'x'" },
    { name: 'passed on', source: "export { a } from 'x'" },
    { name: 'all passed on', source: "export * from 'x'" },
    { name: 'for its effect', source: 'import "x"' },
    { name: 'at run time', source: "const a = await import('x')" },
    { name: 'at run time, in backticks', source: 'const a = await import(`x`)' },
    { name: 'resolved only', source: "import.meta.resolve('x')" },
    { name: 'as a type of its own', source: "type A = import('x').A" },
  ])('sees an import $name', ({ source }) => {
    expect(parseImports(source)).toEqual(['x'])
  })

  it('sees several in one file', () => {
    expect(parseImports("import a from 'x'\nimport 'y'\nexport { b } from 'z'\n")).toEqual(['x', 'y', 'z'])
  })
})

describe('packageFolders', () => {
  it('finds what pnpm-workspace.yaml lists', () => {
    const workspace: unknown = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))
    expect(workspace).toMatchObject({ packages: ['packages/*', 'apps/*', 'testing/*', 'e2e', 'bench'] })
    expect(packageFolders(root)).toEqual(expect.arrayContaining(['apps/refward', 'bench', 'packages/core-policy', 'testing/gitea']))
  })
})
