import { JqProblem, type Json } from './syntax.ts'

export type JsonObject = { readonly [name: string]: Json }

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

export function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (isList(value)) return 'array'
  return typeof value
}

export function isTrue(value: Json): boolean {
  return value !== null && value !== false
}

/** jq's order: null, false, true, numbers, texts, lists, objects. */
export function compare(left: Json, right: Json): number {
  const ranks = [rank(left), rank(right)]
  if (ranks[0] !== ranks[1]) return (ranks[0] ?? 0) - (ranks[1] ?? 0)
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  if (isList(left) && isList(right)) {
    for (const [index, item] of left.entries()) {
      const other = right[index]
      if (other === undefined) return 1
      const order = compare(item, other)
      if (order !== 0) return order
    }
    return left.length - right.length
  }
  if (isObject(left) && isObject(right)) {
    const keys = compare(Object.keys(left).toSorted(), Object.keys(right).toSorted())
    return keys === 0 ? compare(sortedValues(left), sortedValues(right)) : keys
  }
  return 0
}

function rank(value: Json): number {
  if (typeof value === 'boolean') return value ? 2 : 1
  return ['null', '', '', 'number', 'string', 'array', 'object'].indexOf(typeOf(value))
}

function sortedValues(value: JsonObject): readonly Json[] {
  return Object.keys(value).toSorted().map((key) => value[key] ?? null)
}

export function member(value: Json, key: Json): Json {
  if (value === null) return null
  if (isObject(value) && typeof key === 'string') return Object.hasOwn(value, key) ? (value[key] ?? null) : null
  if (isList(value) && typeof key === 'number') return value.at(Math.floor(key)) ?? null
  throw new JqProblem(`cannot index ${typeOf(value)} with ${typeof key === 'string' ? JSON.stringify(key) : typeOf(key)}`)
}

export function itemsOf(value: Json): readonly Json[] {
  if (isList(value)) return value
  if (isObject(value)) return Object.values(value)
  throw new JqProblem(`cannot iterate over ${typeOf(value)}`)
}

export function makeObject(entries: readonly (readonly [string, Json])[]): JsonObject {
  // From a map: a member of the name __proto__ is a member as any other.
  return Object.fromEntries(new Map(entries))
}

export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function add(left: Json, right: Json): Json {
  if (left === null) return right
  if (right === null) return left
  if (typeof left === 'number' && typeof right === 'number') return left + right
  if (typeof left === 'string' && typeof right === 'string') return left + right
  if (isList(left) && isList(right)) return [...left, ...right]
  if (isObject(left) && isObject(right)) return makeObject([...Object.entries(left), ...Object.entries(right)])
  throw new JqProblem(`${typeOf(left)} and ${typeOf(right)} cannot be added`)
}

export function subtract(left: Json, right: Json): Json {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (isList(left) && isList(right)) return left.filter((item) => !right.some((other) => compare(item, other) === 0))
  throw new JqProblem(`${typeOf(left)} and ${typeOf(right)} cannot be subtracted`)
}
