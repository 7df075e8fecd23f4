import { type Parsed, fail, ok } from './result.ts'
import { quote } from './text.ts'

const MAX_LENGTH = 255
// Long enough for every name that a file system can hold.
const MAX_ADVERTISED_LENGTH = 4096

const PRINTABLE_ASCII = /^[\x21-\x7e]*$/
// Everywhere in a name: control characters and space, ~ ^ : ? * [ \ and the sequences ".." "@{" "//".
const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\//
// Of each component: no dot in front, no ".lock" at the end.
const FORBIDDEN_COMPONENT = /(?:^|\/)\.|\.lock(?:$|\/)/
// Of the whole: neither slash at an end, no dot at the end.
const FORBIDDEN_EDGE = /^\/|[/.]$/

function breaksRule(name: string): boolean {
  return name === '' || FORBIDDEN.test(name) || FORBIDDEN_COMPONENT.test(name) || FORBIDDEN_EDGE.test(name)
}

/**
 * The rules of `git check-ref-format <name>`, and beyond them: printable ASCII only and at most 255 characters, because
 * a name that looks like another, or that a file system folds into another, must not pass a decision made on its text.
 */
export function checkRefFormat(name: string): Parsed<string> {
  if (name.length > MAX_LENGTH) return fail('ref-name', `ref name ${quote(name)} is longer than ${MAX_LENGTH} characters`)
  if (!PRINTABLE_ASCII.test(name)) return fail('ref-name', `ref name ${quote(name)} has characters other than printable ascii`)
  if (breaksRule(name)) return fail('ref-name', `ref name ${quote(name)} is not well formed`)
  if (!name.includes('/')) return fail('ref-name', `ref name ${quote(name)} has one component only`)
  return ok(name)
}

/** What a server may show: `HEAD`, or a name beneath `refs/` by git's own rules, in which UTF-8 is allowed. */
export function isAdvertisableName(name: string): boolean {
  if (name === 'HEAD') return true
  return name.startsWith('refs/') && name.length <= MAX_ADVERTISED_LENGTH && !breaksRule(name)
}

/** A name as a person types it for `--shallow-exclude`: `checkRefFormat`, and one component is enough. */
export function checkShortRefFormat(name: string): Parsed<string> {
  const full = checkRefFormat(`refs/${name}`)
  if (full.kind === 'error' || name === '@' || name.startsWith('-')) {
    return fail('ref-name', `ref name ${quote(name)} is not well formed`)
  }
  return ok(name)
}
