import { type GhValue, type ParsedOption, RefwardError } from '@refward/core-policy'

import { apiField } from './api-fields.ts'

/** The members of a JSON object as the fields that the gateway takes. @throws RefwardError RW_GH_USAGE when it is something else */
export function listInputFields(text: string): readonly ParsedOption<GhValue>[] {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('it is no object')
  return Object.entries(value).map(([name, member]) => readMember(name, member))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse('it is no JSON')
  }
}

function readMember(name: string, value: unknown): ParsedOption<GhValue> {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,49}$/.test(name)) throw refuse('a name in it is no name of a field')
  if (typeof value === 'string') return apiField('raw', name, value)
  if (value === null || typeof value === 'boolean' || Number.isSafeInteger(value)) return apiField('typed', name, String(value))
  throw refuse(`${name} is no text, whole number, true, false or null`)
}

function refuse(detail: string): RefwardError<'RW_GH_USAGE'> {
  return new RefwardError('RW_GH_USAGE', { detail: `what --input names cannot be sent: ${detail}`, remedy: 'fields are texts, whole numbers, true, false and null: give them with -f name=value' })
}
