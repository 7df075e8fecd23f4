const MAXIMUM_DEPTH = 32

/** Whether a value is nested more deeply than any answer of a forge. */
export function isTooDeep(value: unknown, depth: number = 0): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth >= MAXIMUM_DEPTH) return true
  return Object.values(value).some((member) => isTooDeep(member, depth + 1))
}
