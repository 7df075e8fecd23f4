import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { renderOpenApi } from '@refward/core-policy'

interface Described {
  readonly requestBody: Content
  readonly responses: Readonly<Record<string, Content>>
}

interface Content {
  readonly content: { readonly 'application/json': { readonly schema: { readonly $ref: string } } }
}

const document = renderOpenApi()
const ajv = new Ajv2020({ strict: true, allErrors: true }).addVocabulary(['components', 'info', 'openapi', 'paths', 'security', 'servers'])
ajv.addSchema(document, 'api')

function describe(path: string): Described | undefined {
  return (document.paths[path] as { readonly post: Described } | undefined)?.post
}

function check(content: Content, value: unknown): readonly string[] {
  const validate: ValidateFunction | undefined = ajv.getSchema(`api${content.content['application/json'].schema.$ref}`)
  if (validate === undefined) return ['the description has no such schema']
  return validate(value) ? [] : [ajv.errorsText(validate.errors)]
}

/** What of an answer is not as its description says. */
export function findAnswerProblems(path: string, status: number, body: unknown): readonly string[] {
  const described = describe(path)?.responses[String(status)]
  return described === undefined ? [`${path} is not described with status ${status}`] : check(described, body)
}

/** What of a request is not as its description says. */
export function findRequestProblems(path: string, body: unknown): readonly string[] {
  const described = describe(path)
  return described === undefined ? [`${path} is not described`] : check(described.requestBody, body)
}
