import { configJsonSchema } from '../config/json-schema.ts'
import type { JsonSchema } from '../config/json-schema.ts'
import { BUILT_IN_DENIED_PATHS } from '../pattern/built-in-paths.ts'
import { escapeMarkdown, renderCode } from './markdown.ts'
import { POLICY_PAGE_HEAD } from './policy-page-head.ts'

/** docs/reference/policy.md. */
export function renderPolicyPage(): string {
  const root = configJsonSchema()
  const { forges, repositories, defaults, ...gateway } = root.properties ?? {}
  return [
    POLICY_PAGE_HEAD,
    renderSection('The gateway', root, { properties: { ...gateway, ...pick({ forges, defaults, repositories }) } }),
    renderSection('A forge: `forges.<name>`', root.properties?.['forges'], entryOf(forges)),
    renderSection('A repository: `repositories.<forge>/<owner>/<repo>`, and `defaults`', entryOf(repositories), entryOf(repositories)),
    renderBuiltInPaths(),
  ].join('\n')
}

/** Sections of their own, so here only named. */
function pick(sections: Readonly<Record<string, JsonSchema | undefined>>): Record<string, JsonSchema> {
  const named = Object.entries(sections).map(([name, schema]): [string, JsonSchema] => [name, { description: schema?.description ?? '', type: 'object' }])
  return Object.fromEntries(named)
}

function entryOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.additionalProperties === false ? undefined : schema?.additionalProperties
}

function renderSection(title: string, described: JsonSchema | undefined, schema: JsonSchema | undefined): string {
  const rows = [...listKeys(schema ?? {}, '')].map(renderRow)
  const text = described?.description ?? ''
  return [`## ${title}`, '', escapeMarkdown(text), '', '| key | value | default | meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}

interface Key {
  readonly path: string
  readonly schema: JsonSchema
  readonly isRequired: boolean
}

/** Mappings that have keys of their own are followed by these. */
function* listKeys(schema: JsonSchema, prefix: string): Generator<Key> {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const path = `${prefix}${name}`
    yield { path, schema: property, isRequired: schema.required?.includes(name) === true }
    yield* listKeys(property, `${path}.`)
    if (property.items?.properties !== undefined) yield* listKeys(property.items, `${path}[].`)
  }
}

function renderRow({ path, schema, isRequired }: Key): string {
  const cells = [renderCode(path), describeType(schema), describeDefault(schema, isRequired), escapeMarkdown(schema.description ?? '')]
  return `| ${cells.join(' | ')} |`
}

function describeType(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => renderCode(String(value))).join(', ')
  if (schema.const !== undefined) return renderCode(JSON.stringify(schema.const))
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeType).join(', or ')
  if (schema.type === 'array') return `list of ${schema.items?.type === 'object' ? 'mappings' : 'text'}`
  if (Array.isArray(schema.type)) return 'quantity'
  const names = new Map([
    ['object', 'mapping'],
    ['string', 'text'],
    ['integer', describeRange(schema)],
    ['boolean', '`true`, `false`'],
  ])
  return names.get(String(schema.type)) ?? String(schema.type)
}

function describeRange({ minimum, maximum }: JsonSchema): string {
  return `whole number, ${minimum ?? 0} to ${maximum ?? 'any'}`
}

function describeDefault(schema: JsonSchema, isRequired: boolean): string {
  if (isRequired) return 'required'
  if (schema.default === undefined || JSON.stringify(schema.default) === '{}') return ''
  return renderCode(typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default))
}

function renderBuiltInPaths(): string {
  const intro = 'No commit may change these, in any spelling that a file system folds into them. `paths.allow` lifts entries for a repository.'
  return ['## Workflow and ownership files', '', intro, '', ...BUILT_IN_DENIED_PATHS.map((path) => `- ${renderCode(path)}`), ''].join('\n')
}
