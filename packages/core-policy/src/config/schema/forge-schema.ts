import * as z from 'zod'
import type { CredentialMode, ForgeKind, ForgeTimeouts } from '../config.ts'
import { durationSchema } from './units.ts'

/** A forge as written; the username's default depends on its kind and is filled in later. */
export interface WrittenForge {
  readonly kind: ForgeKind
  readonly url: string
  readonly api?: string | undefined
  readonly credential: WrittenCredential
  readonly ca?: string | undefined
  readonly addresses?: readonly string[] | undefined
  readonly insecure_http: boolean
  readonly timeouts: ForgeTimeouts
  readonly connections: number
}

export interface WrittenCredential {
  readonly env?: string | undefined
  readonly file?: string | undefined
  readonly command?: readonly string[] | undefined
  readonly anonymous?: true | undefined
  readonly username?: string | undefined
  readonly mode: CredentialMode
}

const text: z.ZodString = z.string().min(1).max(1000)

export const credentialSchema: z.ZodType<WrittenCredential> = z
  .strictObject({
    // Upper case only: a token that was pasted here by mistake is caught.
    env: z.string().regex(/^[A-Z_][A-Z0-9_]{0,99}$/, 'it must be the name of an environment variable in upper case').optional().describe('Name of an environment variable that holds the token or password.'),
    file: text.optional().describe('A file that holds the token or password.'),
    command: z.array(text).min(1).max(50).optional().describe('A program and its arguments; what it prints is the token or password. No shell is involved.'),
    anonymous: z.literal(true).optional().describe('No credential at all: for forges that allow reading to anyone.'),
    username: z.string().regex(/^[\x21-\x39\x3b-\x7e]{1,100}$/, 'it must be printable, without spaces and colons').optional().describe('User name that goes with it. Its default depends on the kind of forge.'),
    mode: z.enum(['bot', 'user']).default('bot').describe('Whose account it is: one of the gateway, or that of a person in whose name everything then happens. Audit and `gh auth status` show it.'),
  })
  .superRefine((value, context) => {
    const sources = [value.env, value.file, value.command, value.anonymous].filter((source) => source !== undefined)
    if (sources.length !== 1) context.addIssue({ code: 'custom', message: 'it must have exactly one of env, file, command and anonymous' })
    if (value.anonymous !== undefined && value.username !== undefined) {
      context.addIssue({ code: 'custom', path: ['username'], message: 'anonymous has no user name' })
    }
  })
  .meta({ description: 'Where the credential comes from. It is never written into this file.', examples: [{ env: 'GITEA_TOKEN' }] })

const urlSchema: z.ZodType<string> = z
  .string()
  .superRefine((value, context) => {
    const message = findForgeUrlProblem(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
  .meta({ description: 'Address of the forge, without owner and repository. The credential is sent to this origin and to no other.', examples: ['https://git.example.org'] })

/** The WHATWG parser forgives much; what it forgives is refused, so that the address means the same to every reader. */
function findForgeUrlProblem(value: string): string | undefined {
  if (!/^https?:\/\/[A-Za-z0-9.:[\]_-]+(?:\/[A-Za-z0-9._~/-]*)?$/.test(value)) {
    return value.includes('@') ? 'it must not hold a user name or password' : 'it must be http:// or https://, a host, and nothing that needs escaping'
  }
  if (!URL.canParse(value)) return 'it is not an address'
  return value.split('/').slice(3).some((part) => part === '.' || part === '..') ? 'it has . or .. as a part' : undefined
}

const cidr: z.ZodString = z
  .string()
  .max(50)
  .regex(/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)\/\d{1,3}$/, 'it must be a range such as 10.0.0.0/8 or fd00::/8')

const timeoutsSchema: z.ZodType<ForgeTimeouts> = z
  .strictObject({
    connect: durationSchema({ description: 'Until a connection stands.', fallback: '10s', minimum: 1, maximum: 300 }),
    answer: durationSchema({ description: 'Until the headers of an answer.', fallback: '60s', minimum: 1, maximum: 3600 }),
    idle: durationSchema({ description: 'Without a byte in the middle of a body.', fallback: '60s', minimum: 1, maximum: 3600 }),
    total: durationSchema({ description: 'For one operation as a whole.', fallback: '30m', minimum: 1, maximum: 86_400 }),
  })
  .prefault({})
  .describe('How long to wait for the forge.')

export const forgeSchema: z.ZodType<WrittenForge> = z
  .strictObject({
    kind: z.enum(['gitea', 'forgejo', 'github', 'gitlab', 'git']).describe('What it is; `git` is any server that speaks the git protocol over HTTP.'),
    url: urlSchema,
    api: urlSchema.optional().describe('Address of its REST API. Its default depends on the kind of forge: /api/v1 or /api/v4 beneath its address, https://api.github.com for github.com, /api/v3 for other GitHub servers. The credential is sent there too.'),
    credential: credentialSchema,
    ca: text.optional().describe("A file with PEM certificates that are trusted for this forge in place of the system's."),
    addresses: z.array(cidr).min(1).max(50).optional().describe('Address ranges that the host may resolve to. Without it, any but link-local and metadata addresses.'),
    insecure_http: z.boolean().default(false).describe('Lets the credential travel unencrypted to a host other than this machine.'),
    timeouts: timeoutsSchema,
    connections: z.int().min(1).max(256).default(16).describe('Connections kept to this forge at most.'),
  })
  .meta({ description: 'A forge.', examples: [{ kind: 'gitea', url: 'https://git.example.org', credential: { env: 'GITEA_TOKEN' } }] })
