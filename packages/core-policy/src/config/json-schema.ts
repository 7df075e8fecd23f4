import * as z from 'zod'
import { configSchema } from './schema/config-schema.ts'

/** The part of JSON schema that the configuration uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | false
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly minimum?: number
  readonly maximum?: number
}

let published: JsonSchema | undefined

/** The published schema of `refward.yaml`, for editors; the same description that the gateway checks with. */
export function configJsonSchema(): JsonSchema {
  published ??= createJsonSchema()
  return published
}

function createJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    // zod leaves examples out where a schema converts its input, taking them for examples of the output; ours are of the input.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.examples
      if (Array.isArray(examples)) jsonSchema.examples = examples
    },
  })
  return { $id: 'urn:refward:configuration:1', title: 'Refward configuration', ...schema } as JsonSchema
}

/** The schema of what stands at a path; undefined where nothing may stand. */
export function findSchemaAt(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  let schema: JsonSchema | undefined = root
  for (const step of path) {
    if (schema === undefined) return undefined
    schema = typeof step === 'number' ? findItems(schema) : findProperty(schema, String(step))
  }
  return schema
}

function findProperty(schema: JsonSchema, name: string): JsonSchema | undefined {
  const { properties, additionalProperties } = schema
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name]
  return additionalProperties === false ? undefined : additionalProperties
}

function findItems(schema: JsonSchema): JsonSchema | undefined {
  return schema.items ?? schema.anyOf?.find(({ items }) => items !== undefined)?.items
}
