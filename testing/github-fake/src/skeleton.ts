import type { Description, Schema } from './description.ts'

const MOST_LEVELS = 12

/** The least that a schema asks for: required members, with values of their types. What matters is laid over it. */
export function skeletonOf(description: Description, written: Schema, level: number = 0): unknown {
  const schema = description.resolve(written)
  if (schema.nullable === true && level > 0) return null
  if (schema.enum !== undefined) return schema.enum[0]
  const [choice] = schema.anyOf ?? schema.oneOf ?? []
  const parts = [...(schema.allOf ?? []), ...(choice === undefined ? [] : [choice])].map((part) => description.resolve(part))
  if (schema.properties === undefined && choice !== undefined && schema.allOf === undefined) return skeletonOf(description, choice, level)
  if (schema.type === 'object' || schema.properties !== undefined || parts.length > 0) return objectOf(description, [schema, ...parts], level)
  return plainOf(schema)
}

function objectOf(description: Description, parts: readonly Schema[], level: number): unknown {
  if (level >= MOST_LEVELS) return {}
  const made = new Map<string, unknown>()
  const properties = Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Record<string, Schema>
  for (const name of parts.flatMap((part) => part.required ?? [])) made.set(name, skeletonOf(description, properties[name] ?? {}, level + 1))
  return Object.fromEntries(made)
}

function plainOf({ type, format, example }: Schema): unknown {
  switch (type) {
    case 'array':
      return []
    case 'integer':
    case 'number':
      return typeof example === 'number' ? example : 1
    case 'boolean':
      return false
    case 'string':
      return format === 'date-time' ? '2026-11-25T10:00:00Z' : format === 'uri' ? 'https://github.test/x' : 'x'
    default:
      return null
  }
}

/** Lays values over a skeleton, member by member. */
export function overlay(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over
  const merged = new Map<string, unknown>(Object.entries(base))
  for (const [name, value] of Object.entries(over)) merged.set(name, overlay(merged.get(name), value))
  return Object.fromEntries(merged)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
