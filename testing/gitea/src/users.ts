import { type GiteaApi, basicAuthorization } from './gitea-api.ts'

export interface GiteaUser {
  readonly name: string
  readonly password: string
}

/** What a token may do, in Gitea's own words. */
export type TokenScope =
  | 'all'
  | `${'read' | 'write'}:${'activitypub' | 'admin' | 'issue' | 'misc' | 'notification' | 'organization' | 'package' | 'repository' | 'user'}`

export async function createUser(api: GiteaApi, name: string): Promise<GiteaUser> {
  const user = { name, password: `password-of-${name}` }
  const body = { username: name, email: `${name}@example.com`, password: user.password, must_change_password: false }
  await api.call({ method: 'POST', path: '/admin/users', body })
  return user
}

/** Makes a token for a user, which serves as a password for git and as a token for the API. */
export async function createToken(api: GiteaApi, user: GiteaUser, scopes: readonly TokenScope[]): Promise<string> {
  const answer = await api.call({
    method: 'POST',
    path: `/users/${user.name}/tokens`,
    body: { name: `token-${process.hrtime.bigint()}`, scopes },
    authorization: basicAuthorization(user.name, user.password),
  })
  if (typeof answer === 'object' && answer !== null && 'sha1' in answer && typeof answer.sha1 === 'string') return answer.sha1
  throw new Error('gitea made a token and did not show it')
}

export async function createOrganization(api: GiteaApi, owner: string, name: string): Promise<void> {
  await api.call({ method: 'POST', path: `/admin/users/${owner}/orgs`, body: { username: name } })
}
