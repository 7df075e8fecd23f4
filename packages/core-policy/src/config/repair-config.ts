import type * as z from 'zod'
import { valueAt } from './value-at.ts'

/** What a missing key is filled with, so that the rest of the file can be looked at. None of it is ever used to run. */
const STAND_INS: ReadonlyMap<PropertyKey, unknown> = new Map<PropertyKey, unknown>([
  ['version', 1],
  ['kind', 'git'],
  ['url', 'https://stand-in.invalid'],
  ['credential', { anonymous: true }],
  ['fingerprint', 'standing-in'],
  ['reason', 'standing in'],
  ['expires', '2000-01-01'],
  ['read', ['*']],
  ['visible', ['refs/**']],
])

/** A copy of the file in which every value that has a problem is gone or stood in for. */
export function repairConfig(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy: unknown = structuredClone(value)
  for (const issue of issues) {
    for (const path of affectedPaths(issue)) repairAt(copy, path)
  }
  return copy
}

/** The values that an issue is about. */
export function affectedPaths(issue: z.core.$ZodIssue): readonly (readonly PropertyKey[])[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key])
  const inner = issue.code === 'invalid_union' ? issue.errors.flat().find(({ path }) => path.length > 0) : undefined
  return [[...issue.path, ...(inner?.path ?? [])]]
}

function repairAt(root: unknown, path: readonly PropertyKey[]): void {
  const last = path.at(-1)
  const parent = valueAt(root, path.slice(0, -1))
  if (last === undefined || typeof parent !== 'object' || parent === null) return
  // Of a list with a wrong element nothing is kept: without the element it would mean something else.
  if (Array.isArray(parent)) return repairAt(root, path.slice(0, -1))
  Reflect.deleteProperty(parent, last)
  if (STAND_INS.has(last)) Reflect.set(parent, last, STAND_INS.get(last))
}
