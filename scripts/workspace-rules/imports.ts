import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export interface Import {
  /** Path of the importing file, relative to the root of the workspace. */
  readonly file: string
  readonly specifier: string
}

// `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`, `import.meta.resolve('x')`, `require('x')`.
const patterns: readonly RegExp[] = [
  /\b(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])(?<specifier>[^'"\n]+)\1/g,
  /\bimport\s*(['"])(?<specifier>[^'"\n]+)\1/g,
  /\b(?:import|require|resolve)\s*\(\s*(['"`])(?<specifier>[^'"`\n]+)\1/g,
]

/** Every module that a source text names; types count, since a type is knowledge too. */
export function parseImports(source: string): readonly string[] {
  const found = patterns.flatMap((pattern) => [...source.matchAll(pattern)].map((match) => match.groups?.['specifier'] ?? ''))
  return [...new Set(found)].sort()
}

/** All imports of the sources beneath a folder; tests, and what stands beside them in `testing`, may use what the shipped code may not. */
export function readImports(root: string, folder: string): readonly Import[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  const sources = names.filter((name) => name.endsWith('.ts') && !/\.test\.ts$|(?:^|\/)testing\//.test(name)).sort()
  return sources.flatMap((name) => {
    const file = `${folder}/${name}`
    return parseImports(readFileSync(join(root, file), 'utf8')).map((specifier) => ({ file, specifier }))
  })
}
