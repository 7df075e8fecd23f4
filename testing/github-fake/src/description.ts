import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'

/** A part of OpenAPI's form of JSON schema. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly nullable?: boolean
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly example?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

interface Media {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: string
}

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Media
  readonly responses: Readonly<Record<string, Media & { readonly $ref?: string }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** One request as the description knows it. */
export interface Described {
  readonly id: string
  /** Where it stands in the description. */
  readonly pointer: string
  readonly operation: Operation
}

/** GitHub's own description of its API, and what may stand in a request and in an answer by it. */
export class Description {
  readonly #document: Document
  readonly #ajv: Ajv
  readonly #validators = new Map<string, ValidateFunction>()

  constructor() {
    // One of several; the others hold the same with every reference written out, or other versions.
    const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
    this.#document = JSON.parse(readFileSync(file, 'utf8'), withTypedNulls) as Document
    this.#ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false, allErrors: true, logger: false })
    this.#ajv.addSchema(this.#document, 'github')
  }

  find(method: string, path: string): Described | undefined {
    const parts = path.split('/')
    const found = Object.keys(this.#document.paths).filter((template) => isMatch(template.split('/'), parts))
    // `/pulls/comments` before `/pulls/{pull_number}`.
    const template = found.toSorted((a, b) => a.split('{').length - b.split('{').length)[0]
    const operation = template === undefined ? undefined : this.#document.paths[template]?.[method.toLowerCase()]
    if (template === undefined || operation === undefined) return undefined
    return { id: operation.operationId, pointer: `/paths/${escapePointer(template)}/${method.toLowerCase()}`, operation }
  }

  /** What is wrong with a request. */
  checkRequest({ operation, pointer, id }: Described, query: URLSearchParams, body: unknown): readonly string[] {
    const known = new Set((operation.parameters ?? []).map((parameter) => this.#resolve<Parameter>(parameter)).filter((parameter) => parameter.in === 'query').map(({ name }) => name))
    const unknown = [...query.keys()].filter((name) => !known.has(name)).map((name) => `${id}: the query has ${name}`)
    const schema = operation.requestBody?.content?.['application/json']
    if (schema === undefined) return body === undefined ? unknown : [...unknown, `${id}: it takes no body`]
    const problems = this.#validate(`${pointer}/requestBody/content/application~1json/schema`, body)
    const names = new Set(Object.keys(schema.schema?.properties ?? {}))
    const extra = typeof body === 'object' && body !== null && names.size > 0 ? Object.keys(body).filter((name) => !names.has(name)) : []
    return [...unknown, ...extra.map((name) => `${id}: the body has ${name}`), ...problems.map((problem) => `${id}: the body ${problem}`)]
  }

  /** What is wrong with an answer. */
  checkAnswer({ operation, pointer, id }: Described, status: number, body: unknown): readonly string[] {
    const answer = operation.responses[String(status)]
    // Limits and wrong credentials may meet any request.
    if (answer === undefined) return [401, 403, 404, 429, 301].includes(status) ? [] : [`${id}: it never answers ${status}`]
    const at = answer.$ref === undefined ? `${pointer}/responses/${status}` : answer.$ref.slice(1)
    const resolved = this.#resolve<Media>(answer)
    if (resolved.content?.['application/json']?.schema === undefined) return []
    return this.#validate(`${at}/content/application~1json/schema`, body).map((problem) => `${id} ${status}: ${problem}`)
  }

  schemaOf({ operation }: Described, status: number): Schema | undefined {
    const answer = operation.responses[String(status)]
    return answer === undefined ? undefined : this.#resolve<Media>(answer).content?.['application/json']?.schema
  }

  resolve(schema: Schema): Schema {
    return this.#resolve<Schema>(schema)
  }

  #resolve<T extends object>(value: T | { readonly $ref?: string }): T {
    if (!('$ref' in value) || typeof value.$ref !== 'string') return value as T
    const [, kind = '', name = ''] = /^#\/components\/([^/]+)\/([^/]+)$/.exec(value.$ref) ?? []
    return this.#resolve<T>(this.#document.components[kind]?.[name] as T)
  }

  #validate(pointer: string, value: unknown): readonly string[] {
    const known = this.#validators.get(pointer)
    const validate = known ?? this.#ajv.compile({ $ref: `github#${pointer.split('/').map((part) => encodeURIComponent(part)).join('/')}` })
    this.#validators.set(pointer, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).slice(0, 5).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
  }
}

/** OpenAPI says "nullable" beside a reference or a choice too, which JSON schema knows only beside a type. */
function withTypedNulls(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || value.nullable !== true || 'type' in value) return value
  const { nullable, ...rest } = value
  return nullable ? { anyOf: [rest, { type: 'null', nullable: true }] } : value
}

function isMatch(template: readonly string[], parts: readonly string[]): boolean {
  return template.length === parts.length && template.every((part, index) => part.startsWith('{') || part === parts[index])
}

function escapePointer(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1')
}
