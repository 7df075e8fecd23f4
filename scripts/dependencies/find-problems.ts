import type { Manifest } from './manifest.ts'

const own = '@refward/'
const shortest = 20

/** Every dependency that runs in production has a reason that somebody wrote down, and no reason outlives its dependency. */
export function findProblems(manifests: readonly Manifest[]): readonly string[] {
  return manifests.flatMap(({ folder, dependencies, reasons }) => {
    const external = externalDependencies(dependencies)
    const missing = external
      .filter((name) => (reasons.get(name) ?? '').length < shortest)
      .map((name) => `${folder}/package.json: ${name} has no reason under "refward": {"reasons": {…}}`)
    const stale = [...reasons.keys()]
      .filter((name) => !external.includes(name))
      .map((name) => `${folder}/package.json: there is a reason for ${name}, which is no dependency`)
    return [...missing, ...stale]
  })
}

/** Packages of the workspace need no reason: which may use which is a rule of its own. */
export function externalDependencies(dependencies: readonly string[]): readonly string[] {
  return dependencies.filter((name) => !name.startsWith(own))
}
