import { chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from '@refward/testing-repositories'
import type { Account } from './account.ts'
import type { GiteaApi } from './gitea-api.ts'
import type { GiteaUser } from './users.ts'

export interface NewRepository {
  readonly owner: string
  readonly name: string
  /** False by default. */
  readonly isPrivate?: boolean
  /** Whether it has a first commit on its default branch; otherwise it is empty. True by default. */
  readonly hasCommit?: boolean
  /** `main` by default. */
  readonly defaultBranch?: string
}

export type Permission = 'read' | 'write' | 'admin'

/** The forge's own rule for a branch; who is not named may not. */
export interface BranchProtection {
  /** A branch's name or a pattern. */
  readonly rule: string
  /** Users who may push all the same. */
  readonly pushers?: readonly string[]
  readonly requiredApprovals?: number
}

export type HookName = 'pre-receive' | 'update' | 'post-receive'

/** A repository on the forge, and the direct way to look into it. */
export interface GiteaRepository {
  readonly owner: string
  readonly name: string
  /** Ends in `.git`; without user or password. */
  readonly url: string
  /** The bare repository on disk. */
  readonly gitDir: string
  /** For the plain git client of a test: the user's name and password are in it. */
  urlFor(user: GiteaUser): string
  addCollaborator(user: string, permission: Permission): Promise<void>
  protectBranch(protection: BranchProtection): Promise<void>
  /** Writes, replaces or (with undefined) removes a hook of the server's administrator, which runs after Gitea's own. */
  setHook(name: HookName, script: string | undefined): Promise<void>
  /** Renames it; Gitea redirects from the old name. */
  rename(name: string): Promise<GiteaRepository>
  delete(): Promise<void>
  /** Runs git in the bare repository. */
  git(args: readonly string[]): Promise<string>
  /** What is true: every ref and its id, as git on disk sees it. */
  refs(): Promise<ReadonlyMap<string, string>>
}

export interface RepositoryContext {
  readonly api: GiteaApi
  readonly origin: string
  readonly account: Account
  /** Where Gitea keeps the bare repositories. */
  readonly folder: string
}

export async function createRepository(context: RepositoryContext, options: NewRepository): Promise<GiteaRepository> {
  const { owner, name, isPrivate = false, hasCommit = true, defaultBranch = 'main' } = options
  const body = { name, private: isPrivate, auto_init: hasCommit, default_branch: defaultBranch }
  await context.api.call({ method: 'POST', path: `/admin/users/${owner}/repos`, body })
  return describeRepository(context, owner, name)
}

export function describeRepository(context: RepositoryContext, owner: string, name: string): GiteaRepository {
  const { api, origin } = context
  const path = `/repos/${owner}/${name}`
  const url = `${origin}/${owner}/${name}.git`
  // Gitea keeps names in lower case on disk.
  const gitDir = join(context.folder, owner.toLowerCase(), `${name.toLowerCase()}.git`)
  // The folder belongs to the server's account, which git would refuse to enter as somebody else.
  const runGit = (args: readonly string[]): Promise<string> => git(['-c', 'safe.directory=*', '--git-dir', gitDir, ...args])
  return {
    owner,
    name,
    url,
    gitDir,
    urlFor: (user) => withUser(url, user),
    addCollaborator: async (user, permission) => {
      await api.call({ method: 'PUT', path: `${path}/collaborators/${user}`, body: { permission } })
    },
    protectBranch: async (protection) => {
      await api.call({ method: 'POST', path: `${path}/branch_protections`, body: protectionBody(protection) })
    },
    setHook: (hook, script) => setHook(gitDir, hook, script, context.account),
    rename: async (newName) => {
      await api.call({ method: 'PATCH', path, body: { name: newName } })
      return describeRepository(context, owner, newName)
    },
    delete: async () => {
      await api.call({ method: 'DELETE', path })
    },
    git: runGit,
    refs: async () => parseRefs(await runGit(['for-each-ref', '--format=%(refname) %(objectname)'])),
  }
}

function withUser(url: string, { name, password }: GiteaUser): string {
  const address = new URL(url)
  address.username = name
  address.password = password
  return address.href
}

function protectionBody({ rule, pushers = [], requiredApprovals = 0 }: BranchProtection): Record<string, unknown> {
  return {
    rule_name: rule,
    enable_push: pushers.length > 0,
    enable_push_whitelist: pushers.length > 0,
    push_whitelist_usernames: pushers,
    required_approvals: requiredApprovals,
  }
}

/** Gitea's own hook of that name runs every script in the folder beside it. */
async function setHook(gitDir: string, name: HookName, script: string | undefined, { ids }: Account): Promise<void> {
  const folder = join(gitDir, 'hooks', `${name}.d`)
  const path = join(folder, 'test')
  if (script === undefined) return rm(path, { force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(path, script.startsWith('#!') ? script : `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  if (ids !== undefined) await chown(path, ids.uid, ids.gid)
}

function parseRefs(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n').filter((line) => line !== '').map((line) => line.split(' '))
  return new Map(pairs.map(([name = '', id = '']) => [name, id]))
}
