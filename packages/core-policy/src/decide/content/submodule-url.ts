import type { RepositoryPolicy } from '../../config/compile-policy.ts'
import { quoteUntrusted } from '../../errors/quote-untrusted.ts'

/** What every address may consist of. Backslashes, spaces, quotes and control characters mean different things to different parsers. */
const SAFE = /^[A-Za-z0-9._~:/@+%-]{1,500}$/

/** `https://host/…` and `ssh://git@host:22/…`; nothing else with a scheme: `ext::`, `file://` and `git://` run or reach what they like. */
const WITH_SCHEME = /^(https|ssh):\/\/(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9.-]+)(?::\d{1,5})?\/[^:@]*$/
/** `git@host:owner/repo`, git's short form of ssh. */
const SCP_LIKE = /^(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9.-]+):(?!\/\/)([^:@]*)$/

/** Why a submodule may not have this address, or undefined. */
export function findSubmoduleUrlProblem(url: string, policy: RepositoryPolicy): string | undefined {
  // CVE-2018-17456 and its kin: an address that a tool takes for an option.
  if (url.startsWith('-')) return 'its address begins with a dash'
  if (!SAFE.test(url)) return 'its address has characters that may be read in different ways'
  if (url.startsWith('./') || url.startsWith('../')) return findRelativeProblem(url, policy)
  const host = findHost(url)
  if (host === undefined) return `its address ${quoteUntrusted(url)} is neither relative, nor https or ssh without credentials`
  if (host === hostOf(policy.forgeUrl) || policy.rules.submoduleHosts.some((glob) => glob.matches(host))) return undefined
  return `its host ${quoteUntrusted(host)} is not allowed`
}

/** Git takes one part off the address of the repository for each `..`, and with enough of them the host itself. */
function findRelativeProblem(url: string, policy: RepositoryPolicy): string | undefined {
  const parts = url.split('/')
  const firstName = parts.findIndex((part) => part !== '.' && part !== '..')
  if (firstName < 0 || parts.slice(firstName).some((part) => part === '..' || part === '.' || part === '')) {
    return 'its relative address is not of the form ../owner/repo'
  }
  const ups = parts.slice(0, firstName).filter((part) => part === '..').length
  return ups <= policy.repo.path.split('/').length ? undefined : 'its relative address leads out of the forge'
}

function findHost(url: string): string | undefined {
  const [, scheme, user, host] = WITH_SCHEME.exec(url) ?? []
  // A user name in an https address is where a token goes.
  if (host !== undefined) return scheme === 'https' && user !== undefined ? undefined : host.toLowerCase()
  return SCP_LIKE.exec(url)?.[2]?.toLowerCase()
}

function hostOf(forgeUrl: string | undefined): string | undefined {
  return forgeUrl === undefined ? undefined : new URL(forgeUrl).hostname.toLowerCase()
}
