import { findRefNameProblem } from '../ids/ref-name.ts'
import { isRepoPathPart, stripGitSuffix } from '../ids/repo-id.ts'

/** Why a text is not a pattern of its sort, or undefined. */
export type FindPatternProblem = (text: string) => string | undefined

const MAXIMUM = 200

/** Every sort: bounded, printable, `**` and `{agent}` whole parts, no other braces. */
function findShapeProblem(text: string): string | undefined {
  if (text === '' || text.length > MAXIMUM) return `it must have 1 to ${MAXIMUM} characters`
  if (!/^[\x20-\x7e]+$/.test(text)) return 'it has a character that is not printable ASCII'
  const parts = text.split('/')
  if (parts.includes('')) return 'it has an empty part: no slash may stand at the start, at the end or twice'
  if (parts.some((part) => part.includes('**') && part !== '**')) return '** must be a whole part, as in agent/**'
  return undefined
}

/** `{agent}` as a whole part before any `**` stands at the same place in every name, so that no two agents own one branch. */
function findAgentProblem(text: string): string | undefined {
  const rest = text.replaceAll('{agent}', '')
  if (/[{}]/.test(rest)) return 'the only thing in braces is {agent}'
  if (rest === text) return undefined
  const parts = text.split('/')
  if (parts.some((part) => part.includes('{agent}') && part !== '{agent}')) {
    return '{agent} must be a whole part, as in agent/{agent}/**: agent-{agent}-* of agent a would match the branches of agent a-b'
  }
  if (parts.indexOf('{agent}') > parts.indexOf('**') && parts.includes('**')) return '{agent} must stand before **'
  return undefined
}

/** A branch or tag, without refs/heads/ or refs/tags/. */
export function findBranchPatternProblem(text: string): string | undefined {
  if (/^refs\//i.test(text)) return 'branches are written without refs/heads/, and tags without refs/tags/'
  return findShapeProblem(text) ?? findAgentProblem(text) ?? findRefPatternNameProblem(`refs/heads/${text}`)
}

/** A full ref name. */
export function findRefPatternProblem(text: string): string | undefined {
  if (!text.startsWith('refs/')) return 'it must be a full ref name that begins with refs/'
  return findShapeProblem(text) ?? findAgentProblem(text) ?? (text.split('/').length < 3 ? undefined : findRefPatternNameProblem(text))
}

/** A full ref name in a namespace other than heads and tags. */
export function findOtherRefPatternProblem(text: string): string | undefined {
  const problem = findRefPatternProblem(text)
  if (problem !== undefined) return problem
  const [, namespace = '', rest] = text.split('/')
  if (rest === undefined || namespace.includes('*') || namespace === '{agent}') return 'it must name its namespace, as in refs/notes/**'
  if (/^(?:heads|tags)$/i.test(namespace)) return 'heads and tags have rules of their own: branches and tags'
  if (/^(?:refward|replace)$/i.test(namespace)) return `refs/${namespace} is reserved and can never be pushed to`
  return undefined
}

function findRefPatternNameProblem(text: string): string | undefined {
  const sample = text.replaceAll('{agent}', 'a').replaceAll('**', 'x').replaceAll('*', 'x')
  const problem = findRefNameProblem(sample)
  return problem === undefined ? undefined : `it can match no ref: ${problem}`
}

/** Names of agents. */
export function findAgentPatternProblem(text: string): string | undefined {
  return /^[a-z0-9*-]{1,40}$/.test(text) && !text.includes('**') ? undefined : 'it must be the name of an agent, or a pattern of such names as in team-*'
}

/** `forge/owner/repo`, of which all but the forge may be patterns. */
export function findRepositoryPatternProblem(text: string): string | undefined {
  const problem = findShapeProblem(text)
  if (problem !== undefined) return problem
  const [forge = '', ...parts] = stripGitSuffix(text).split('/')
  if (!/^[a-z][a-z0-9-]*$/.test(forge)) return 'it must begin with the name of a forge'
  if (parts.length < 2 && parts[0] !== '**') return 'it must be <forge>/<owner>/<repo>; * stands for any name, ** for any rest'
  for (const part of parts) {
    if (part !== '**' && !isRepoPathPart(part.replaceAll('*', 'x'))) return 'a part has characters other than letters, digits and . _ - *'
  }
  return undefined
}

/** A path in a repository, from its top. Not only ASCII: file names are not. */
export function findPathPatternProblem(text: string): string | undefined {
  if (text === '' || text.length > 500) return 'it must have 1 to 500 characters'
  if (text.startsWith('/')) return 'paths are written from the top of the repository, without a slash at the start'
  if (text.endsWith('/')) return `everything below a directory is written ${text}**`
  const parts = text.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'it has an empty part, . or ..'
  if (parts.some((part) => part.includes('**') && part !== '**')) return '** must be a whole part, as in docs/**'
  if (text.includes('{agent}')) return '{agent} has no meaning in a path'
  return undefined
}

/** An e-mail address. */
export function findEmailPatternProblem(text: string): string | undefined {
  if (text === '' || text.length > 254) return 'it must have 1 to 254 characters'
  if (!/^[A-Za-z0-9.!#$%&'*+=?^_`{|}~@-]+$/.test(text)) return 'it has characters that do not belong into an address'
  if (text.includes('**')) return '* stands for any characters, and ** for nothing more'
  return /[{}]/.test(text.replaceAll('{agent}', '')) ? 'the only thing in braces is {agent}' : undefined
}

/** A host name. */
export function findHostPatternProblem(text: string): string | undefined {
  if (text.length > 253 || !/^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(text)) {
    return 'it must be a host name in lower case, or *. and a domain'
  }
  return undefined
}
