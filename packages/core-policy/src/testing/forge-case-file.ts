import { parse } from 'yaml'
import * as z from 'zod'
import type { SecretFinding } from '../decide/facts.ts'
import type { ForgeObjectKind } from '../forge/forge-change.ts'

/** What the forge has under the number. */
interface CaseObject {
  readonly kind: ForgeObjectKind
  readonly number: number
  readonly id: string
  readonly head: string
  readonly base: string
  /** Its branch is one of a fork. */
  readonly fork: boolean
}

/** One case of a file in `cases/forge/`, its defaults filled in. */
export interface ForgeCase {
  readonly name: string
  readonly agent: string
  readonly grants: readonly string[]
  /** In place of the policy of the file. */
  readonly policy?: Readonly<Record<string, unknown>> | undefined
  /** `read`, `issue.create`, `pull.create <head> -> <base>`, `pull.edit 7 -> <base>`, or another action and a number. */
  readonly do: string
  readonly title: string
  readonly body: string
  readonly object?: CaseObject | undefined
  /** Full names of refs that the agent made. */
  readonly owned: readonly string[]
  /** What the agent made, as the ledger has it: `pull 7 70`, with number and the forge's id. */
  readonly made: readonly string[]
  readonly findings: readonly Omit<SecretFinding, 'object'>[]
  /** The text holds a credential of the gateway. */
  readonly own_credential: boolean
  /** `allow <rule>`, a rule that took part; or `refuse <code> <rule>`. */
  readonly expect: string
  readonly message?: string | undefined
  readonly hint?: string | undefined
}

export interface ForgeCaseFile {
  readonly about: string
  readonly policy: Readonly<Record<string, unknown>>
  readonly cases: readonly ForgeCase[]
}

const text: z.ZodString = z.string()

const object: z.ZodType<CaseObject> = z.strictObject({
  kind: z.enum(['pull', 'issue']),
  number: z.int().default(7),
  id: text.default('70'),
  head: text.default('agent/fixer/x'),
  base: text.default('main'),
  fork: z.boolean().default(false),
})

const forgeCase: z.ZodType<ForgeCase> = z.strictObject({
  name: text,
  agent: text.default('fixer'),
  grants: z.array(text).default(['gitea/acme/*']),
  policy: z.record(text, z.unknown()).optional(),
  do: text,
  title: text.default('a title'),
  body: text.default('a text'),
  object: object.optional(),
  owned: z.array(text).default([]),
  made: z.array(text).default([]),
  findings: z.array(z.strictObject({ rule: text, fingerprint: text })).default([]),
  own_credential: z.boolean().default(false),
  expect: text,
  message: text.optional(),
  hint: text.optional(),
})

const caseFile: z.ZodType<ForgeCaseFile> = z.strictObject({ about: text, policy: z.record(text, z.unknown()).default({}), cases: z.array(forgeCase) })

/** Reads a file of cases; a misspelt key is a mistake of the file, not a case that passes. */
export function parseForgeCaseFile(source: string): ForgeCaseFile {
  return caseFile.parse(parse(source))
}
