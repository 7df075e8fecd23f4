import * as z from 'zod'
import type {
  BranchSettings,
  CommitSettings,
  PathSettings,
  RepositoryLimits,
  RepositorySettings,
  SecretSettings,
  TagSettings,
} from '../config.ts'
import { parseExpiry } from './expiry.ts'
import { credentialSchema } from './forge-schema.ts'
import { forgeSettingsSchema } from './forge-settings-schema.ts'
import type { WrittenCredential } from './forge-schema.ts'
import {
  agentListSchema,
  branchListSchema,
  emailListSchema,
  hostListSchema,
  otherRefListSchema,
  pathListSchema,
  permissionSchema,
  refListSchema,
} from './pattern-schema.ts'
import { durationSchema, sizeSchema } from './units.ts'

/** The settings of a repository, but for the credential, whose user name depends on the forge. */
export interface WrittenRepository extends Omit<RepositorySettings, 'credential' | 'visibility'> {
  readonly visibility?: RepositorySettings['visibility']
  readonly credential?: WrittenCredential | undefined
}

const branchesSchema: z.ZodType<BranchSettings> = z
  .strictObject({
    own: branchListSchema({
      description: 'Branches that belong to an agent. `{agent}` stands for its name. A branch that an agent made through the gateway belongs to it as well.',
      fallback: ['agent/{agent}/**'],
      examples: ['agent/{agent}/**'],
    }),
    protected: branchListSchema({
      description: 'Branches that no agent may push to, whatever else is written. The default branch of the upstream is always one of them. Case does not matter.',
      fallback: [],
      examples: ['release/**'],
    }),
    create: permissionSchema('Which branches an agent may create: its `own`, `never`, or patterns, which may go beyond its own.', 'own'),
    rewrite: permissionSchema('Which of its branches an agent may rewrite (push with force): all its `own`, `never`, or those of its own that match patterns.', 'own'),
    delete: permissionSchema('Which of its branches an agent may delete: all its `own`, `never`, or those of its own that match patterns.', 'own'),
    initial_push: z
      .enum(['deny', 'allow'])
      .default('deny')
      .describe('Whether an agent may push the first branch of an empty repository, which on most forges becomes its default branch.'),
  })
  .prefault({})
  .transform(({ initial_push: initialPush, ...rest }) => ({ ...rest, initialPush }))
  .describe('Rules on branches, whose names are written without refs/heads/.')

const tagsSchema: z.ZodType<TagSettings> = z
  .strictObject({
    create: permissionSchema('Which tags an agent may create: `never`, those whose name matches `branches.own` (`own`), or patterns.', 'never'),
    move: permissionSchema('Which of the tags that it made an agent may move.', 'never'),
    delete: permissionSchema('Which of the tags that it made an agent may delete.', 'never'),
  })
  .prefault({})
  .describe('Rules on tags, whose names are written without refs/tags/. Tags start builds and releases.')

const pathsSchema: z.ZodType<PathSettings> = z
  .strictObject({
    deny: pathListSchema({
      description: 'Paths that no commit may change, besides workflow and ownership files. Spellings that a file system folds into such a path count as it.',
      fallback: [],
      examples: ['deploy/**'],
    }),
    allow: pathListSchema({
      description: 'Lifts the built-in rule on workflow and ownership files for these paths, in their exact spelling.',
      fallback: [],
      examples: ['.github/workflows/docs.yml'],
    }),
  })
  .prefault({})
  .describe('Rules on the paths that commits change.')

const commitsSchema: z.ZodType<CommitSettings> = z
  .strictObject({
    author: emailListSchema({ description: 'Author addresses that are allowed. Empty: any.', fallback: [], examples: ['{agent}@agents.example.org'] }),
    committer: emailListSchema({ description: 'Committer addresses that are allowed. Empty: any.', fallback: [], examples: ['{agent}@agents.example.org'] }),
    subject_length: z.int().min(10).max(1000).optional().describe('How long the first line of a message may be.'),
    subject_prefixes: z.array(z.string().min(1).max(50)).max(50).default([]).describe('What the first line must begin with, one of these. Empty: anything.'),
    signoff: z.boolean().default(false).describe('Whether every commit needs a Signed-off-by line with the address of its author.'),
  })
  .prefault({})
  .transform(({ subject_length: subjectLength, subject_prefixes: subjectPrefixes, ...rest }) => ({ ...rest, subjectLength, subjectPrefixes }))
  .describe('Rules on commits.')

const secretsSchema: z.ZodType<SecretSettings> = z
  .strictObject({
    scanner: z.enum(['secretlint', 'gitleaks']).default('secretlint').describe('What looks for secrets. A scanner that does not complete denies the push.'),
    exceptions: z
      .array(
        z.strictObject({
          fingerprint: z.string().regex(/^[A-Za-z0-9:_-]{8,128}$/, 'it must be a fingerprint as a refusal shows it').meta({ description: 'As the refusal showed it.', examples: ['rwf1_9f86d081884c7d659a2feaa0c55ad015'] }),
          reason: z.string().min(1).max(500).meta({ description: 'Why this is not a secret.', examples: ['test vector of RFC 7515'] }),
          expires: z.string().transform(parseExpiry).meta({ description: 'The last day on which it holds, or a moment in ISO 8601.', examples: ['2027-01-31'] }),
        }),
      )
      .max(1000)
      .default([])
      .describe('False positives that are let through.'),
  })
  .prefault({})
  .describe('Rules on secrets in what is pushed.')

const limitsSchema: z.ZodType<RepositoryLimits> = z
  .strictObject({
    pack: sizeSchema({ description: 'The pack of one push, as sent.', fallback: '1 GiB', minimum: 1024, maximum: 2 ** 40 }),
    unpacked: sizeSchema({ description: 'All objects of one push, unpacked.', fallback: '8 GiB', minimum: 1024, maximum: 2 ** 44 }),
    object: sizeSchema({ description: 'One object, unpacked.', fallback: '100 MiB', minimum: 1024, maximum: 2 ** 40 }),
    objects: z.int().min(1).max(10_000_000).default(200_000).describe('Objects in one push.'),
    commits: z.int().min(1).max(1_000_000).default(10_000).describe('New commits in one push.'),
    changes: z.int().min(1).max(10_000_000).default(200_000).describe('Changed paths in one push, summed over its commits.'),
    refs: z.int().min(1).max(10_000).default(50).describe('Refs in one push.'),
    depth: z.int().min(10).max(4096).default(250).describe('Length of delta chains, depth of directories, tags of tags.'),
    time: durationSchema({ description: 'For taking a push in, scanning it, and forwarding it, each.', fallback: '10m', minimum: 1, maximum: 86_400 }),
  })
  .prefault({})
  .describe('Limits of one push.')

export const repositorySchema: z.ZodType<WrittenRepository> = z
  .strictObject({
    read: agentListSchema({ description: 'Agents that may read. `*` stands for any characters.', fallback: [], examples: ['*'] }),
    push: agentListSchema({ description: 'Agents that may push. They must be able to read as well.', fallback: [], examples: ['fixer', 'team-*'] }),
    credential: credentialSchema.optional(),
    visibility: z
      .enum(['private', 'public'])
      .optional()
      .describe('Whether the world can read it on the forge. A session that was made for private or for public repositories alone may use only what says so here.'),
    visible: refListSchema({
      description: 'Refs that a session is shown, and whose objects it is served.',
      fallback: ['refs/heads/**', 'refs/tags/**'],
      examples: ['refs/heads/**'],
    }),
    branches: branchesSchema,
    tags: tagsSchema,
    refs: otherRefListSchema({
      description: 'Refs in other namespaces that may be created and updated. Rewriting and deleting them is for the agent that made them.',
      fallback: [],
      examples: ['refs/notes/{agent}/**'],
    }),
    paths: pathsSchema,
    commits: commitsSchema,
    submodules: z
      .strictObject({
        hosts: hostListSchema({
          description: 'Hosts that submodules may come from, besides the forge itself. Relative addresses are always allowed.',
          fallback: [],
          examples: ['github.com', '*.example.org'],
        }),
      })
      .prefault({})
      .describe('Rules on submodules.'),
    symlinks: z.enum(['inside', 'any']).default('inside').describe('Where symbolic links may lead: to something inside the repository, or anywhere.'),
    secrets: secretsSchema,
    forge: forgeSettingsSchema,
    limits: limitsSchema,
  })
  .meta({
    description: 'What agents may do in a repository. What is not written here is taken from `defaults`.',
    examples: [{ read: ['*'], push: ['fixer'] }],
  })
