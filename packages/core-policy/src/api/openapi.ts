import * as z from 'zod'
import { API_ROUTES, type ApiRoute } from './api-routes.ts'

/** Of every route: malformed, no session, policy, limits, a fault of the gateway. */
const EVERYWHERE = [400, 401, 403, 429, 500]

const STATUS_WORDS: ReadonlyMap<number, string> = new Map([
  [400, 'Malformed: the request is not one of this route; everything that is wrong is listed.'],
  [401, 'No or bad session.'],
  [403, 'Refused by policy, or a path outside of the roots of the session.'],
  [404, 'Unknown, or not visible to this session.'],
  [409, 'Stale: what the client knows is not what is there now.'],
  [413, 'Too large.'],
  [422, 'Refused for what a scan found.'],
  [429, 'Too many requests.'],
  [500, 'A fault of the gateway.'],
  [501, 'Not served here.'],
  [502, 'The forge refused or failed.'],
  [503, 'A credential, a scanner or the disk is not available.'],
  [504, 'The forge did not answer in time.'],
])

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: object
  readonly paths: Readonly<Record<string, object>>
  readonly [member: string]: unknown
}

/** The description of what agents, shims and launchers may ask with a session. Made of the same schemas that the routes check with. */
export function renderOpenApi(): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Refward, for sandboxes',
      version: '1',
      summary: 'What a session may ask of the gateway beside plain git.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The gateway itself.' }],
    security: [{ session: [] }],
    paths: Object.fromEntries(API_ROUTES.map((route) => [route.path, { [route.method]: describeRoute(route) }])),
    components: {
      securitySchemes: { session: { type: 'http', scheme: 'bearer', description: 'The token of a session, which the operator or the launcher was given.' } },
      schemas: Object.fromEntries(collectSchemas()),
    },
  }
}

function describeRoute({ id, summary, body, answer, failure, refusals }: ApiRoute): object {
  const statuses = [...EVERYWHERE, ...refusals].toSorted((a, b) => a - b)
  const failures = statuses.map((status) => [status, { description: STATUS_WORDS.get(status) ?? 'Refused.', content: jsonOf(failure) }])
  return {
    operationId: id,
    summary,
    requestBody: { required: true, content: jsonOf(body) },
    responses: { 200: { description: 'Done.', content: jsonOf(answer) }, ...Object.fromEntries(failures) as object },
  }
}

function jsonOf(schema: z.ZodType): object {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${titleOf(schema)}` } } }
}

function* collectSchemas(): Generator<[string, object]> {
  for (const { body, answer, failure } of API_ROUTES) {
    for (const schema of [body, answer, failure]) yield [titleOf(schema), toJsonSchema(schema)]
  }
}

function titleOf(schema: z.ZodType): string {
  return z.globalRegistry.get(schema)?.title ?? 'Unnamed'
}

function toJsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}
