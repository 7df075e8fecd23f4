import * as z from 'zod'
import { findRepositoryPatternProblem } from '../../pattern/pattern-problem.ts'
import type { GatewayLimits, ListenAddress, LogLevel, ScannersConfig } from '../config.ts'
import { forgeSchema } from './forge-schema.ts'
import type { WrittenForge } from './forge-schema.ts'
import { parseListen } from './listen.ts'
import { repositorySchema } from './repository-schema.ts'
import type { WrittenRepository } from './repository-schema.ts'
import { durationSchema, sizeSchema } from './units.ts'

/** The whole file, checked and converted, before defaults are merged into each repository. */
export interface WrittenConfig {
  readonly version: 1
  readonly listen: ListenAddress
  readonly public_url?: string | undefined
  readonly data: string
  readonly control: { readonly socket?: string | undefined }
  readonly forges: Readonly<Record<string, WrittenForge>>
  readonly defaults?: WrittenRepository | undefined
  readonly repositories: Readonly<Record<string, WrittenRepository>>
  readonly sessions: { readonly lifetime: number; readonly sockets: string | undefined }
  readonly limits: GatewayLimits
  readonly scanners: ScannersConfig
  readonly mirrors: { readonly bytes: number }
  readonly undo: { readonly keep: number }
  readonly log: { readonly level: LogLevel }
}

const forgeName: z.ZodString = z.string().regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'it must be lower case letters, digits and single dashes').max(32)

const repositoryKey: z.ZodString = z.string().superRefine((text, context) => {
  const message = findRepositoryPatternProblem(text)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

const limitsSchema: z.ZodType<GatewayLimits> = z
  .strictObject({
    in_flight: z.int().min(1).max(10_000).default(128).describe('Requests under way at once.'),
    agent_in_flight: z.int().min(1).max(10_000).default(16).describe('Requests of one agent under way at once.'),
    agent_per_minute: z.int().min(1).max(1_000_000).default(600).describe('Requests of one agent in a minute.'),
    request_bytes: sizeSchema({
      description: 'What is held in memory of a request: the commands of a push, a fetch request.',
      fallback: '8 MiB',
      minimum: 65_536,
      maximum: 2 ** 30,
    }),
    client_idle: durationSchema({ description: 'Without a byte from a client in the middle of a request.', fallback: '60s', minimum: 1, maximum: 3600 }),
  })
  .prefault({})
  .transform((value) => ({
    inFlight: value.in_flight,
    agentInFlight: value.agent_in_flight,
    agentPerMinute: value.agent_per_minute,
    requestBytes: value.request_bytes,
    clientIdle: value.client_idle,
  }))
  .describe('Limits of the gateway.')

const scannersSchema: z.ZodType<ScannersConfig> = z
  .strictObject({
    gitleaks: z
      .strictObject({ program: z.string().min(1).max(1000).default('gitleaks').describe('The program: a path, or a name that is looked up in PATH at the start.') })
      .prefault({})
      .describe('gitleaks, for repositories that choose it.'),
    workers: z.int().min(1).max(64).default(2).describe('Scans at once.'),
  })
  .prefault({})
  .describe('How scanners run.')

// The path of a socket may have 107 bytes, of which the name of a session takes 22.
const socketDirectory: z.ZodString = z.string().max(80).regex(/^(?:\/[A-Za-z0-9._-]+)+$/, 'it must be an absolute path of letters, digits and . _ -')

const publicUrl: z.ZodString = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[A-Za-z0-9.:[\]_-]+(?:\/[A-Za-z0-9._~-]+)*\/?$/, 'it must be http:// or https://, a host, and nothing that needs escaping')

export const configSchema: z.ZodType<WrittenConfig> = z
  .strictObject({
    version: z.literal(1, { error: 'it must be 1, the version of this format' }).meta({ description: 'Version of this format.', examples: [1] }),
    listen: z.string().default('127.0.0.1:8417').transform(parseListen).describe('Address and port for agents.'),
    public_url: publicUrl.optional().describe('The address under which agents reach the gateway. Without it, the one it listens on.'),
    data: z.string().min(1).max(1000).default('refward-data').describe('Directory for mirrors, the ledger and the control socket; relative to this file.'),
    control: z
      .strictObject({ socket: z.string().min(1).max(100).optional().describe('Unix socket for operator commands. Without it, control.sock in the data directory.') })
      .prefault({})
      .describe('How the operator reaches the gateway.'),
    forges: z
      .record(forgeName, forgeSchema)
      .refine((forges) => Object.keys(forges).length > 0, 'at least one forge is needed')
      .meta({ description: 'Forges by name. The name is the first part of every repository.', examples: [{ gitea: { kind: 'gitea', url: 'https://git.example.org', credential: { env: 'GITEA_TOKEN' } } }] }),
    defaults: repositorySchema.optional().describe('What every repository has unless it says otherwise. Lists are replaced, not added to.'),
    repositories: z
      .record(repositoryKey, repositorySchema)
      .refine((repositories) => Object.keys(repositories).length > 0, 'at least one repository is needed')
      .meta({
        description: 'Repositories by `<forge>/<owner>/<repo>`; `*` stands for any name, `**` for any rest. Exactly one entry applies: the one that names the repository, or the first with a wildcard that fits. What no entry names is denied.',
        examples: [{ 'gitea/acme/widget': { read: ['*'], push: ['*'] } }],
      }),
    sessions: z
      .strictObject({
        lifetime: durationSchema({ description: 'How long a session token is valid.', fallback: '24h', minimum: 60, maximum: 31_622_400 }),
        sockets: socketDirectory
          .optional()
          .meta({ description: 'Directory for the Unix sockets of sessions that are bound to one user; absolute, and on a path that those users may go through. Without it there are no such sessions.', examples: ['/run/refward'] }),
      })
      .prefault({})
      .transform(({ lifetime, sockets }) => ({ lifetime, sockets }))
      .describe('Sessions of agents.'),
    limits: limitsSchema,
    scanners: scannersSchema,
    mirrors: z
      .strictObject({ size: sizeSchema({ description: 'What all mirrors together may take on disk; the least used go first.', fallback: '20 GiB', minimum: 2 ** 20, maximum: 2 ** 50 }) })
      .prefault({})
      .transform(({ size }) => ({ bytes: size }))
      .describe('Mirrors of repositories, which are caches.'),
    undo: z
      .strictObject({ keep: durationSchema({ description: 'How long old tips of rewritten and deleted branches are kept.', fallback: '90d', minimum: 3600, maximum: 315_360_000 }) })
      .prefault({})
      .describe('What `refward undo` can bring back.'),
    log: z
      .strictObject({ level: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('How much is logged.') })
      .prefault({})
      .describe('The log.'),
  })
  .describe('The configuration of a Refward gateway.')
