import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What this check needs of a package.json. */
export interface Manifest {
  readonly folder: string
  readonly name: string
  readonly dependencies: readonly string[]
  /** Why each dependency is there, by its name: `"refward": {"reasons": {…}}`. */
  readonly reasons: ReadonlyMap<string, string>
}

export function readManifest(root: string, folder: string): Manifest {
  const parsed: unknown = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  return parseManifest(folder, parsed)
}

export function parseManifest(folder: string, parsed: unknown): Manifest {
  const manifest = asRecord(parsed)
  const reasons = Object.entries(asRecord(asRecord(manifest['refward'])['reasons']))
  return {
    folder,
    name: String(manifest['name']),
    dependencies: Object.keys({ ...asRecord(manifest['dependencies']), ...asRecord(manifest['optionalDependencies']) }).sort(),
    reasons: new Map(reasons.map(([name, reason]) => [name, typeof reason === 'string' ? reason.trim() : ''])),
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
