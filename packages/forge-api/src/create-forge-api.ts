import { type ForgeConfig, type ForgeKind, type RepoRef, RefwardError } from '@refward/core-policy'
import { type ResolveHost, openHttp } from '@refward/upstream'
import * as z from 'zod'
import { giteaDialect } from './github-like/gitea-dialect.ts'
import { githubDialect } from './github-like/github-dialect.ts'
import type { RepositoryApi } from './github-like/dialect.ts'
import { createReaders } from './github-like/read.ts'
import { createWriter } from './github-like/write.ts'
import { createGitlabReaders } from './gitlab/read.ts'
import { createGitlabWriter } from './gitlab/write.ts'
import { ApiClient, type ApiClientOptions } from './http/api-client.ts'
import type { Readers, Writer } from './readers.ts'
import type { ForgeApi } from './types.ts'
import { wordsOfChange, wordsOfRead } from './words.ts'

/** The forge as the configuration has it. */
export type ApiForge = Pick<ForgeConfig, 'name' | 'kind' | 'url' | 'apiUrl' | 'addresses' | 'timeouts' | 'connections'> & {
  /** Content of the configured file: PEM certificates that are trusted in place of the system's. */
  readonly ca: string | undefined
}

export interface ApiEdge {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Name resolution; the system's by default. */
  readonly resolve?: ResolveHost
}

/** How one kind of forge is spoken to. */
interface Kind extends Pick<ApiClientOptions, 'scheme' | 'headers' | 'pageSizeName'> {
  open(client: ApiClient, repo: RepoRef): { readonly readers: Readers; readonly writer: Writer }
}

const gitea: Kind = {
  // Its API takes a password as well as a token that way, as git does.
  scheme: 'basic',
  pageSizeName: 'limit',
  headers: {},
  open: (client, repo) => {
    const api = repositoryApi(client, repo, giteaDialect.pageSize)
    return { readers: createReaders(api, giteaDialect), writer: createWriter(api, giteaDialect) }
  },
}

const KINDS: Readonly<Record<ForgeKind, Kind | undefined>> = {
  gitea,
  forgejo: gitea,
  github: {
    scheme: 'bearer',
    pageSizeName: 'per_page',
    headers: { 'x-github-api-version': '2022-11-28' },
    open: (client, repo) => {
      const api = repositoryApi(client, repo, githubDialect.pageSize)
      return { readers: createReaders(api, githubDialect), writer: createWriter(api, githubDialect) }
    },
  },
  gitlab: {
    scheme: 'bearer',
    pageSizeName: 'per_page',
    headers: {},
    open: (client, repo) => ({ readers: createGitlabReaders(client, repo), writer: createGitlabWriter(client, repo) }),
  },
  git: undefined,
}

/** Makes the client of one forge's API; undefined for a kind of forge that has none. Opens nothing until it is used. */
export function createForgeApi(forge: ApiForge, edge: ApiEdge): ForgeApi | undefined {
  const kind = KINDS[forge.kind]
  if (kind === undefined || forge.apiUrl === undefined) return undefined
  const http = openHttp({ ...forge, url: forge.apiUrl }, edge.resolve)
  const { scheme, headers, pageSizeName } = kind
  const client = new ApiClient({ forge: forge.name, http, scheme, headers, pageSizeName, clock: edge.clock })
  return {
    read: async (permit, lease, read, signal) => {
      requireSameRepository(permit.repo, lease.repo)
      const { readers } = kind.open(client, permit.repo)
      return readers[read.kind]({ lease, signal, ...wordsOfRead(read) }, read)
    },
    write: async (permit, lease, signal) => {
      requireSameRepository(permit.repo, lease.repo)
      const { writer } = kind.open(client, permit.repo)
      const change = permit.spend()
      return writer({ lease, signal, ...wordsOfChange(change) }, change)
    },
    identify: async (permit, lease, signal) => {
      requireSameRepository(permit.repo, lease.repo)
      const { value: account, clockOffset } = await client.getDated({ lease, signal, action: 'asking whose credential this is', what: 'the account' }, accountSchema, '/user')
      return { account, clockOffset }
    },
    close: () => http.client.close(),
  }
}

/** GitLab calls it `username`. */
const accountSchema: z.ZodType<string> = z
  .object({ login: z.string().min(1).max(255).optional(), username: z.string().min(1).max(255).optional() })
  .transform(({ login, username }) => login ?? username)
  .pipe(z.string())

/** INVARIANT: what was decided for one repository is never done with the credential of another. */
function requireSameRepository(permitted: RepoRef, leased: RepoRef): void {
  if (permitted.id !== leased.id) throw new RefwardError('RW_INTERNAL', {}, { cause: new Error(`a permit for ${permitted.id} with a lease for ${leased.id}`) })
}

/** The parts of a repository's path passed `parseRepoId` or come from the configuration, and need no escaping. */
function repositoryApi(client: ApiClient, { path }: RepoRef, pageSize: number): RepositoryApi {
  return { client, path: `/repos/${path}`, owner: path.split('/')[0] ?? '', pageSize }
}
