import { parse } from 'yaml'
import * as z from 'zod'
import type { FoundAt, ObjectType, SecretFinding } from '../decide/facts.ts'

interface CaseUpstream {
  /** The branch that HEAD names; `unknown` where the forge does not tell. */
  readonly default: string
  readonly refs: readonly string[]
  /** Those of the refs that lead to the default branch. */
  readonly symbolic: readonly string[]
}

interface CaseTarget {
  readonly ref: string
  readonly type: ObjectType
  readonly peeled: ObjectType
}

/** One case of a file in `cases/`, its defaults filled in. */
export interface PolicyCase {
  readonly name: string
  readonly agent: string
  readonly repository: string
  readonly grants: readonly string[]
  /** In place of the policy of the file. */
  readonly policy?: Readonly<Record<string, unknown>> | undefined
  /**
   * Without it, the case is about reading. `refs/heads/x`, or with a word before it: `delete refs/heads/x`, `rewrite …`, `stale …` (the client
   * believes in another old value).
   */
  readonly push?: readonly string[] | undefined
  readonly upstream?: CaseUpstream | undefined
  readonly owned: readonly string[]
  readonly commits: readonly { readonly author: string; readonly committer: string; readonly message: string }[]
  readonly changes: readonly string[]
  readonly symlinks: readonly { readonly path: string; readonly target: string }[]
  readonly gitlinks: readonly string[]
  readonly submodules: readonly { readonly path: string; readonly url: string }[]
  readonly targets: readonly CaseTarget[]
  readonly findings: readonly Omit<SecretFinding, 'object'>[]
  readonly own_credentials: readonly Omit<FoundAt, 'object'>[]
  readonly objects: { readonly count: number; readonly bytes: number; readonly largest: number; readonly unreachable: number }
  /** `allow`, or `allow <rule>` and `refuse <code> <rule>`, one for each. */
  readonly expect: readonly string[]
  /** Words that the message, or the hint, of the first refusal must contain. */
  readonly message?: string | undefined
  readonly hint?: string | undefined
}

export interface CaseFile {
  readonly about: string
  readonly policy: Readonly<Record<string, unknown>>
  readonly upstream: CaseUpstream
  readonly cases: readonly PolicyCase[]
}

const text: z.ZodString = z.string()

const lines: z.ZodType<readonly string[]> = z.union([text, z.array(text)]).transform((value) => (typeof value === 'string' ? [value] : value))


const upstream: z.ZodType<CaseUpstream> = z.strictObject({
  default: text.default('refs/heads/main'),
  refs: z.array(text).default(['refs/heads/main']),
  symbolic: z.array(text).default([]),
})

const commit: z.ZodType<PolicyCase['commits'][number]> = z.strictObject({
  author: text.default('fixer@agents.example.org'),
  committer: text.default('fixer@agents.example.org'),
  message: text.default('change something'),
})

const objectType: z.ZodType<ObjectType> = z.enum(['commit', 'tree', 'blob', 'tag'])
const target: z.ZodType<CaseTarget> = z.strictObject({ ref: text, type: objectType, peeled: objectType })

const policyCase: z.ZodType<PolicyCase> = z.strictObject({
  name: text,
  agent: text.default('fixer'),
  repository: text.default('gitea/acme/widget'),
  grants: z.array(text).default(['gitea/acme/*']),
  policy: z.record(text, z.unknown()).optional(),
  push: lines.optional(),
  upstream: upstream.optional(),
  owned: z.array(text).default([]),
  commits: z.array(commit).default([]),
  changes: z.array(text).default([]),
  symlinks: z.array(z.strictObject({ path: text, target: text })).default([]),
  gitlinks: z.array(text).default([]),
  submodules: z.array(z.strictObject({ path: text, url: text })).default([]),
  targets: z.array(target).default([]),
  findings: z.array(z.strictObject({ rule: text, fingerprint: text, path: text.optional(), line: z.int().optional(), commit: text.optional() })).default([]),
  own_credentials: z.array(z.strictObject({ path: text.optional(), commit: text.optional() })).default([]),
  objects: z
    .strictObject({ count: z.int().default(3), bytes: z.int().default(1000), largest: z.int().default(500), unreachable: z.int().default(0) })
    .prefault({}),
  expect: lines,
  message: text.optional(),
  hint: text.optional(),
})

const caseFile: z.ZodType<CaseFile> = z.strictObject({
  about: text,
  policy: z.record(text, z.unknown()).default({}),
  upstream: upstream.default({ default: 'refs/heads/main', refs: ['refs/heads/main'], symbolic: [] }),
  cases: z.array(policyCase),
})

/** Reads a file of cases; a misspelt key is a mistake of the file, not a case that passes. */
export function parseCaseFile(source: string): CaseFile {
  return caseFile.parse(parse(source))
}
