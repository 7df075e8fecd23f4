import * as z from 'zod'

// Bodies of the exec plane. Names, refspecs and arguments are read again by the grammar, which knows the words of a refusal.

const repoPath = z
  .string()
  .min(1)
  .max(4095)
  .meta({ description: 'The top of a work tree that the sandbox shares with the gateway, or a bare repository: an absolute path beneath a root of the session.', examples: ['/work/widget'] })

const remote = z.string().min(1).max(300).meta({
  description: 'A remote: `origin`, the address of a repository on a forge that the gateway serves, or its id. What `.git/config` says of it is not looked at.',
  examples: ['origin'],
})

const argumentList = (description: string): z.ZodType<readonly string[]> => z.array(z.string().max(1000)).max(200).meta({ description })

/** Objects and refs out of a shared work tree to the forge. */
export interface GitPushBody {
  readonly repo_path: string
  readonly remote?: string | undefined
  readonly refspecs: readonly string[]
  readonly force?: boolean | undefined
  readonly force_with_lease?: boolean | readonly string[] | undefined
  readonly delete?: boolean | undefined
  readonly tags?: boolean | undefined
  readonly atomic?: boolean | undefined
  readonly dry_run?: boolean | undefined
  readonly set_upstream?: boolean | undefined
}
export const gitPushBody: z.ZodType<GitPushBody> = z
  .strictObject({
    repo_path: repoPath,
    remote: remote.optional(),
    refspecs: z.array(z.string().min(1).max(600)).max(1000).meta({ description: 'What to push where, as `git push` takes it. Revisions such as `HEAD~1` are not evaluated.', examples: [['HEAD:refs/heads/agent/fixer/topic']] }),
    force: z.boolean().optional().describe('Also when a branch is rewritten.'),
    force_with_lease: z
      .union([z.boolean(), z.array(z.string().min(1).max(600)).max(1000)])
      .optional()
      .describe('Rewrite only when the forge has what is expected: what the remote-tracking branch says, or `<branch>:<object id>` for each.'),
    delete: z.boolean().optional().describe('The refspecs are names of branches and tags to delete.'),
    tags: z.boolean().optional().describe('Push every tag too.'),
    atomic: z.boolean().optional().describe('All refs or none, by the forge itself.'),
    dry_run: z.boolean().optional().describe('Judge everything and change nothing.'),
    set_upstream: z.boolean().optional().describe('Answer with the settings that make each branch follow what it was pushed to. The gateway never writes into a work tree.'),
  })
  .meta({ title: 'GitPush' })

/** Reads what the forge has. */
export interface GitFetchBody {
  readonly repo_path: string
  readonly remote?: string | undefined
  readonly operation: 'fetch' | 'ls-remote'
  readonly args: readonly string[]
}
export const gitFetchBody: z.ZodType<GitFetchBody> = z
  .strictObject({
    repo_path: repoPath,
    remote: remote.optional(),
    operation: z.enum(['fetch', 'ls-remote']).describe('`fetch` brings the mirror up to the forge and answers with the refs; the objects are fetched over the git plane.'),
    args: argumentList('What stands behind `git fetch` or `git ls-remote`. With `remote`, without the remote itself.'),
  })
  .meta({ title: 'GitFetch' })

export interface GitLsRemoteBody {
  readonly repo_path: string
  readonly remote?: string | undefined
  readonly args?: readonly string[] | undefined
}
export const gitLsRemoteBody: z.ZodType<GitLsRemoteBody> = z
  .strictObject({ repo_path: repoPath, remote: remote.optional(), args: argumentList('What stands behind `git ls-remote`.').optional() })
  .meta({ title: 'GitLsRemote' })
