import { isBuiltin } from 'node:module'
import { type Edges, edges, entryPoints, reserved } from './edges.ts'
import type { Import } from './imports.ts'

const scope = '@refward/'

/** Why a package must not import something; undefined when it may. */
export function findForbidden(packageName: string, { file, specifier }: Import): string | undefined {
  const allowed = edges.get(packageName)
  if (allowed === undefined) return `${file}: ${packageName} has no row in the table of edges`
  const reason = forbiddenReason(packageName, allowed, specifier)
  return reason === undefined ? undefined : `${file}: must not import ${specifier} (${reason})`
}

function forbiddenReason(packageName: string, { own, node }: Edges, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return leavesPackage(specifier) ? 'reach another package by its name' : undefined
  if (specifier.startsWith(scope)) return ownReason(packageName, own, specifier.slice(scope.length))
  if (isBuiltin(specifier) && !specifier.startsWith('node:')) return 'write built-in modules with node:'
  if (isBuiltin(specifier) && node !== 'all' && !node.includes(specifier)) return `${packageName} is pure`
  const holders = reserved.get(baseOf(specifier))
  return holders === undefined || holders.includes(packageName) ? undefined : `only ${holders.join(', ') || 'nobody'} may`
}

function ownReason(packageName: string, own: readonly string[], target: string): string | undefined {
  if (target.includes('/')) return entryPointReason(packageName, target)
  if (target === packageName) return 'a package does not import itself by name'
  return own.includes(target) ? undefined : `${packageName} may import ${own.join(', ') || 'nothing of ours'}`
}

function entryPointReason(packageName: string, target: string): string | undefined {
  const holders = entryPoints.get(target)
  if (holders === undefined) return 'use the exports of its index'
  return holders.includes(packageName) ? undefined : `only ${holders.join(', ')} may`
}

/** Sources are at most a few folders deep; a path that climbs to `packages` or names a `src` has left its own. */
function leavesPackage(specifier: string): boolean {
  return /^(?:\.\.\/)+(?:packages|apps|[a-z-]+\/src)\//.test(specifier)
}

/** `node:dns/promises` is `node:dns`; `undici/types` is `undici`. */
function baseOf(specifier: string): string {
  return specifier.split('/')[0] ?? specifier
}
