import type { ForgeKind, ForgeName } from '@refward/core-policy'

/** A forge as agents know it. */
export interface ForgeAddress {
  readonly name: ForgeName
  readonly kind: ForgeKind
  /** Origin and base path, without a slash at its end. */
  readonly url: string
}

const defaultPorts: ReadonlyMap<string, string> = new Map([
  ['https:', '443'],
  ['http:', '80'],
])

/**
 * Every beginning of a clone URL that means this forge, so that one pasted from its web page, a README or a .gitmodules file leads to
 * the gateway. git replaces by longest match; user names other than git's own cannot be listed.
 */
export function listForgeSpellings(forge: ForgeAddress): readonly string[] {
  const url = new URL(forge.url)
  return [...new Set([...listWebSpellings(url), ...listSshSpellings(forge, url.hostname), `git://${url.hostname}/`])]
}

/** The configured spelling first; without TLS too when the forge has it, since old documents say http. */
function listWebSpellings(url: URL): readonly string[] {
  const base = url.pathname.replace(/\/*$/, '/')
  const port = url.port === '' ? '' : `:${url.port}`
  const given = [`${url.protocol}//${url.hostname}${port}${base}`]
  if (port !== '') return given
  const written = `${url.protocol}//${url.hostname}:${defaultPorts.get(url.protocol) ?? ''}${base}`
  return url.protocol === 'https:' ? [...given, written, `http://${url.hostname}${base}`] : [...given, written]
}

/** git reads `git@host:path` with and without a slash after the colon. */
function listSshSpellings({ kind }: ForgeAddress, host: string): readonly string[] {
  const spellings = [`git@${host}:`, `git@${host}:/`, `ssh://git@${host}/`, `ssh://git@${host}:22/`, `git+ssh://git@${host}/`]
  // GitHub's own way around a blocked port 22.
  return kind === 'github' ? [...spellings, `ssh://git@ssh.${host}:443/`, `ssh://git@ssh.${host}/`] : spellings
}
