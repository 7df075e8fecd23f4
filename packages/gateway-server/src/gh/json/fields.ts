import { RefwardError } from '@refward/core-policy'

/** How each field of --json is made. A field that needs another question to the forge says so by being asynchronous. */
export type FieldTable<T> = ReadonlyMap<string, (value: T) => unknown>

/** The fields that were asked for. @throws RefwardError RW_GH_USAGE that lists those there are, as gh does. */
export async function selectFields<T>(table: FieldTable<T>, fields: readonly string[], value: T): Promise<Readonly<Record<string, unknown>>> {
  const made: [string, unknown][] = []
  for (const name of fields) {
    const make = table.get(name)
    if (make === undefined) throw unknownField(name, table)
    made.push([name, await make(value)])
  }
  return Object.fromEntries(made)
}

export function requireFields<T>(table: FieldTable<T>, fields: readonly string[]): void {
  const unknown = fields.find((name) => !table.has(name))
  if (unknown !== undefined) throw unknownField(unknown, table)
}

function unknownField<T>(name: string, table: FieldTable<T>): RefwardError {
  return new RefwardError('RW_GH_USAGE', { detail: `Unknown JSON field: "${name}"`, remedy: `Available fields: ${[...table.keys()].toSorted().join(', ')}` })
}
