import * as z from 'zod'

// Bodies and queries of the control plane. Names are checked again by core-policy's parsers, which know the words of a refusal.

const name = z.string().max(100)
const ref = z.string().max(300)
const repository = z.string().max(300)
const uid = z.int().nonnegative().max(2 ** 32 - 2)
const lifetime = z.int().positive().max(366 * 24 * 3600)

export interface AddAgentBody {
  readonly name: string
  readonly repositories: readonly string[]
  /** Seconds; without it the policy's own. */
  readonly lifetime_seconds?: number | undefined
}
export const addAgentBody: z.ZodType<AddAgentBody> = z.strictObject({
  name,
  repositories: z.array(repository).min(1).max(1000),
  lifetime_seconds: lifetime.optional(),
})

export interface AddSessionBody {
  readonly lifetime_seconds?: number | undefined
}
export const addSessionBody: z.ZodType<AddSessionBody> = z.strictObject({ lifetime_seconds: lifetime.optional() })

interface RootBody {
  readonly path: string
  readonly repository?: string | undefined
}

/** A session as a launcher makes it. */
export interface CreateSessionBody {
  readonly agent: string
  readonly repositories?: readonly string[] | undefined
  readonly roots?: readonly RootBody[] | undefined
  readonly mode?: 'private' | 'public' | undefined
  readonly peer?: string | undefined
  readonly uid?: number | undefined
  readonly lifetime_seconds?: number | undefined
}
export const createSessionBody: z.ZodType<CreateSessionBody> = z
  .strictObject({
    agent: name,
    repositories: z.array(repository).min(1).max(1000).optional(),
    roots: z.array(z.strictObject({ path: z.string().min(1).max(4095), repository: repository.optional() })).min(1).max(50).optional(),
    mode: z.enum(['private', 'public']).optional(),
    peer: z.union([z.ipv4(), z.ipv6()]).optional(),
    uid: uid.optional(),
    lifetime_seconds: lifetime.optional(),
  })
  .refine((body) => body.uid === undefined || body.peer === undefined, { path: ['uid'], message: 'what comes over a socket has no address: name a user or a peer' })

export interface ExtendSessionBody {
  readonly lifetime_seconds: number
}
export const extendSessionBody: z.ZodType<ExtendSessionBody> = z.strictObject({ lifetime_seconds: lifetime })

export interface SessionsQuery {
  readonly agent?: string | undefined
}
export const sessionsQuery: z.ZodType<SessionsQuery> = z.strictObject({ agent: name.optional() })

const flag = z.enum(['true', 'false'])

/** A work tree as a launcher asks for it. */
export interface AddWorktreeBody {
  readonly agent: string
  readonly repository: string
  readonly path: string
  readonly branch?: string | undefined
  readonly from?: string | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
}
export const addWorktreeBody: z.ZodType<AddWorktreeBody> = z
  .strictObject({ agent: name, repository, path: z.string().min(1).max(4095), branch: ref.optional(), from: ref.optional(), uid: uid.optional(), gid: uid.optional() })
  .refine((body) => body.gid === undefined || body.uid !== undefined, { path: ['gid'], message: 'it has no meaning without uid' })

export interface WorktreesQuery {
  readonly agent?: string | undefined
  readonly quick?: 'true' | 'false' | undefined
}
export const worktreesQuery: z.ZodType<WorktreesQuery> = z.strictObject({ agent: name.optional(), quick: flag.optional() })

export interface RemoveWorktreeQuery {
  readonly path: string
  readonly lose_work?: 'true' | 'false' | undefined
}
export const removeWorktreeQuery: z.ZodType<RemoveWorktreeQuery> = z.strictObject({ path: z.string().min(1).max(4095), lose_work: flag.optional() })

export interface UndoBody {
  readonly repository: string
  readonly ref: string
  readonly tip?: number | undefined
}
export const undoBody: z.ZodType<UndoBody> = z.strictObject({ repository, ref, tip: z.int().positive().optional() })

export interface VerifyBody {
  readonly expect?: { readonly seq: number; readonly hash: string } | undefined
}
export const verifyBody: z.ZodType<VerifyBody> = z.strictObject({
  expect: z.strictObject({ seq: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
})

export interface AuditQuery {
  readonly from: number
  readonly limit: number
}
export const auditQuery: z.ZodType<AuditQuery> = z.strictObject({
  from: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().positive().max(10_000).default(1000),
})

export interface TipsQuery {
  readonly repository?: string | undefined
  readonly ref?: string | undefined
  readonly agent?: string | undefined
  readonly limit: number
}
export const tipsQuery: z.ZodType<TipsQuery> = z.strictObject({
  repository: repository.optional(),
  ref: ref.optional(),
  agent: name.optional(),
  limit: z.coerce.number().int().positive().max(1000).default(100),
})
