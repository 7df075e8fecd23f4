import type { CommandValue, ValueType } from '../grammar/engine/table.ts'
import { MISMATCH, accept, textType } from '../grammar/values/plain-types.ts'
import type { CountValue, TextValue, WordValue } from '../grammar/values/plain-types.ts'
import { isRepoPathPart, stripGitSuffix } from '../ids/repo-id.ts'

/** A repository as gh takes it: `[HOST/]OWNER/REPO`, or its address. */
export interface GhRepoValue extends CommandValue {
  readonly kind: 'gh-repo'
  readonly host: string | undefined
  /** `owner/name`, without `.git`. */
  readonly path: string
}

/** A pull request or an issue as gh takes it. */
export interface SelectorValue extends CommandValue {
  readonly kind: 'selector'
  readonly selector: Selector
}

export type Selector =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'branch'; readonly branch: string }
  /** The address of one, of which host and repository still have to be compared. */
  | { readonly kind: 'address'; readonly host: string; readonly path: string; readonly number: number; readonly of: 'pull' | 'issue' }

/** `name=value` of `gh api`. */
export interface AssignmentValue extends CommandValue {
  readonly kind: 'assignment'
  readonly name: string
  readonly value: string
}

/** Every type of value in gh's tables. */
export type GhValue = AssignmentValue | CountValue | GhRepoValue | SelectorValue | TextValue | WordValue

const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?$/

export const repoType: ValueType<GhRepoValue> = {
  placeholder: '<[host/]owner/repo>',
  expects: 'OWNER/REPO, HOST/OWNER/REPO or the address of a repository',
  parse: (text) => {
    const [, address] = /^https?:\/\/(.+)$/.exec(text) ?? []
    const parts = stripGitSuffix(address ?? text).split('/')
    const hasHost = address !== undefined || (parts.length > 2 && (parts[0] ?? '').includes('.')) || (parts[0] ?? '').includes(':')
    const host = hasHost ? parts[0] : undefined
    const path = hasHost ? parts.slice(1) : parts
    if ((host !== undefined && !HOST.test(host)) || path.length < 2 || path.length > 20 || !path.every(isRepoPathPart)) return MISMATCH
    return accept({ kind: 'gh-repo', text: [...(host === undefined ? [] : [host.toLowerCase()]), ...path].join('/'), host: host?.toLowerCase(), path: path.join('/') })
  },
}

/** Numbers in their one spelling. */
function parseNumber(text: string): number | undefined {
  return /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : undefined
}

/** `https://host/owner/repo/pull/12`, as a forge writes it, and nothing behind it. */
function parseAddress(text: string): Extract<Selector, { kind: 'address' }> | undefined {
  const [, host = '', path = '', word = '', digits = ''] = /^https?:\/\/([^/]+)\/([^?#]+?)\/(?:-\/)?(pull|pulls|merge_requests|issues)\/([0-9]+)$/.exec(text) ?? []
  const number = parseNumber(digits)
  const parts = path.split('/')
  if (number === undefined || !HOST.test(host) || parts.length < 2 || parts.length > 20 || !parts.every(isRepoPathPart)) return undefined
  return { kind: 'address', host: host.toLowerCase(), path, number, of: word === 'issues' ? 'issue' : 'pull' }
}

function select(text: string): Selector | undefined {
  const number = parseNumber(text.replace(/^#/, ''))
  if (number !== undefined) return { kind: 'number', number }
  return /^https?:/i.test(text) ? parseAddress(text) : undefined
}

export const pullSelectorType: ValueType<SelectorValue> = {
  placeholder: '<number>',
  expects: 'a number, the name of a branch, or the address of a pull request',
  maximum: 500,
  parse: (text) => {
    const found = select(text)
    if (found !== undefined) return accept({ kind: 'selector', text, selector: found })
    // A fork's branch is named with its owner. What has another scheme, or is digits in another spelling, is no branch that anyone means.
    if (text === '' || /[:#\s]/.test(text) || /^[0-9]+$/.test(text)) return MISMATCH
    return accept({ kind: 'selector', text, selector: { kind: 'branch', branch: text } })
  },
}

export const issueSelectorType: ValueType<SelectorValue> = {
  placeholder: '<number>',
  expects: 'a number, or the address of an issue',
  maximum: 500,
  parse: (text) => {
    const found = select(text)
    return found === undefined ? MISMATCH : accept({ kind: 'selector', text, selector: found })
  },
}

export const assignmentType: ValueType<AssignmentValue> = {
  placeholder: '<name=value>',
  expects: 'name=value',
  maximum: 70_000,
  lines: true,
  parse: (text) => {
    const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_]{0,49})=([\s\S]*)$/.exec(text) ?? []
    return name === undefined ? MISMATCH : accept({ kind: 'assignment', text, name, value })
  },
}

export const titleType: ValueType<TextValue> = textType({ placeholder: '<text>', expects: 'one line of text', maximum: 1000, dash: true })
export const bodyType: ValueType<TextValue> = textType({ placeholder: '<text>', expects: 'text', maximum: 70_000, empty: true, dash: true, lines: true })
export const branchType: ValueType<TextValue> = textType({ placeholder: '<branch>', expects: 'the name of a branch', maximum: 300, shape: /^[^\s]+$/ })
export const fieldsType: ValueType<TextValue> = textType({ placeholder: '<fields>', expects: 'names of fields with commas between them, as number,title,url', maximum: 1000, shape: /^[A-Za-z]+(?:,[A-Za-z]+)*$/ })
export const jqType: ValueType<TextValue> = textType({ placeholder: '<expression>', expects: 'an expression of jq', maximum: 2000, lines: true, dash: true })
export const accountType: ValueType<TextValue> = textType({ placeholder: '<login>', expects: 'the name of an account', maximum: 100, shape: /^@?[A-Za-z0-9][A-Za-z0-9._-]*(?:\[bot\])?$/ })
export const labelType: ValueType<TextValue> = textType({ placeholder: '<label>', expects: 'the name of a label', maximum: 100, shape: /^[^,]+$/ })
export const endpointType: ValueType<TextValue> = textType({ placeholder: '<endpoint>', expects: 'a route, as repos/{owner}/{repo}/pulls', maximum: 600 })
export const stdinType: ValueType<TextValue> = textType({ placeholder: '-', expects: '-, for the standard input: the gateway reads no file, and the gh of a sandbox sends the content of one that way', maximum: 1000, dash: true, shape: /^-$/ })
export const commitType: ValueType<TextValue> = textType({ placeholder: '<id>', expects: 'the full id of a commit', maximum: 64, shape: /^[0-9a-f]{40}$/ })
