/** A name as a person wrote it, completed by the refs that are there. */
export type Completed = { readonly kind: 'found'; readonly name: string } | { readonly kind: 'none' } | { readonly kind: 'several'; readonly names: readonly string[] }

/** The places in which git looks for a name, `*` being the name. */
const PLACES = ['*', 'refs/*', 'refs/tags/*', 'refs/heads/*', 'refs/remotes/*', 'refs/remotes/*/HEAD']

/**
 * Completes a name as `git push` does on both sides of a refspec: a branch or tag, or anything by its full name, goes before what is found
 * elsewhere; of two that are as good, neither is taken.
 */
export function completeRef(written: string, names: ReadonlySet<string>): Completed {
  const found = [...new Set(PLACES.map((place) => place.replace('*', () => written)))].filter((name) => names.has(name))
  const strong = found.filter((name) => name === written || name === `refs/${written}` || /^refs\/(?:heads|tags)\//.test(name))
  const [name, ...others] = strong.length > 0 ? strong : found
  if (name === undefined) return { kind: 'none' }
  return others.length === 0 ? { kind: 'found', name } : { kind: 'several', names: [name, ...others] }
}

/** What stands in the place of the one `*` of a pattern; undefined when the name does not match. */
export function matchRefPattern(pattern: string, name: string): string | undefined {
  const [before = '', after = ''] = pattern.split('*')
  if (name.length < before.length + after.length || !name.startsWith(before) || !name.endsWith(after)) return undefined
  return name.slice(before.length, name.length - after.length)
}
