import * as z from 'zod'

export interface Redirect {
  readonly location: string
  /** Of the API. */
  readonly base: URL
  /** Path of the repository as it was asked for. */
  readonly repository: string
  /** Reads the JSON at a path of the same origin. */
  readonly ask: (path: string) => Promise<string>
}

const NAME = /^[A-Za-z0-9._-]{1,100}(?:\/[A-Za-z0-9._-]{1,100}){1,20}$/

/**
 * The new name of a repository that was renamed, from the redirect that its forge answers then: Gitea's leads to the new name, GitHub's and GitLab's
 * to the repository's number, at which the name stands. Undefined for a redirect to another origin and for one that is about something else:
 * nothing is sent there.
 */
export async function findNewName({ location, base, repository, ask }: Redirect): Promise<string | undefined> {
  if (!URL.canParse(location, base.href)) return undefined
  const target = new URL(location, base.href)
  if (target.origin !== base.origin || target.username !== '' || target.password !== '') return undefined
  const root = base.pathname.replace(/\/$/, '')
  const [, name] = /^\/repos\/([^/]+\/[^/]+)(?:\/|$)/.exec(target.pathname.slice(root.length)) ?? []
  const found = target.pathname.startsWith(root) ? (name ?? (await nameOfNumber(target.pathname, root, ask))) : undefined
  return found !== undefined && NAME.test(found) && found.toLowerCase() !== repository.toLowerCase() ? found : undefined
}

async function nameOfNumber(path: string, root: string, ask: Redirect['ask']): Promise<string | undefined> {
  const [, place] = /^(\/(?:repositories|projects)\/[0-9]{1,15})(?:\/|$)/.exec(path.slice(root.length)) ?? []
  if (place === undefined) return undefined
  const repository = nameSchema.safeParse(parseOrNothing(await ask(root + place)))
  return repository.success ? (repository.data.full_name ?? repository.data.path_with_namespace) : undefined
}

interface Named {
  readonly full_name?: string | undefined
  readonly path_with_namespace?: string | undefined
}

const nameSchema: z.ZodType<Named> = z.object({ full_name: z.string().max(255).optional(), path_with_namespace: z.string().max(255).optional() })

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
