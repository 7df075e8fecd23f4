import { isAlias, isMap, isNode, isPair, isScalar, isSeq, Lexer, LineCounter, parseDocument } from 'yaml'
import type { Document, Node, Pair, YAMLParseError } from 'yaml'
import { createProblem } from '../errors/refusal.ts'
import type { Parsed, Problem } from '../parsed.ts'

/** A YAML file as plain values. */
export interface YamlSource {
  readonly value: unknown
  /** Line of the nearest key or value on the way to a path, from 1. */
  lineOf(path: readonly PropertyKey[]): number | undefined
}

const MAXIMUM_CHARACTERS = 1_048_576
const MAXIMUM_DEPTH = 20
const MAXIMUM_NODES = 50_000
const MAXIMUM_FAULTS = 20

/**
 * Reads YAML 1.2 without what makes YAML dangerous or surprising: no anchors and aliases (which can unfold into gigabytes), no tags, no
 * merge keys, no duplicate keys (of which readers take different ones), one document, bounded in size, depth and number of nodes.
 */
export function parseYaml(text: string): Parsed<YamlSource> {
  if (text.length > MAXIMUM_CHARACTERS) return syntaxError([{ detail: `it is longer than ${MAXIMUM_CHARACTERS} characters` }])
  if (isDeep(text)) return syntaxError([{ detail: 'it is nested too deeply' }])
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', schema: 'core', merge: false, uniqueKeys: true, prettyErrors: false })
  if (document.errors.length > 0) return syntaxError(describeErrors(document.errors, lines))
  const features = findFeatures(document, lines)
  if (features.length > 0) return syntaxError(features)
  const value: unknown = document.toJS({ maxAliasCount: 0 })
  return { kind: 'ok', value: { value, lineOf: (path) => findLine(document, lines, path) } }
}

interface Fault {
  readonly detail: string
  readonly line?: number
  readonly remedy?: string
}

function syntaxError(faults: readonly Fault[]): Parsed<never> {
  const problems = faults.map(({ detail, line, remedy = 'check the indentation and the quotes around this line' }): Problem => {
    const problem = createProblem('RW_CONFIG_SYNTAX', '', { detail, remedy })
    return line === undefined ? problem : { ...problem, line }
  })
  return { kind: 'error', problems }
}

/**
 * The parser recurses, and a file of a hundred thousand brackets would end its stack. Brackets and the dashes of one line are counted
 * first; other nesting needs indentation that grows with it, which the size of the file bounds.
 */
function isDeep(text: string): boolean {
  let brackets = 0
  let dashes = 0
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets += 1
    else if (token === ']' || token === '}') brackets -= 1
    else if (token === '-' || token === '?') dashes += 1
    else if (token.includes('\n')) dashes = 0
    if (brackets > MAXIMUM_DEPTH || dashes > MAXIMUM_DEPTH) return true
  }
  return false
}

/** One mistake makes the parser complain several times about its line; the first complaint is the one that helps. */
function describeErrors(errors: readonly YAMLParseError[], lines: LineCounter): readonly Fault[] {
  const byLine = new Map<number, Fault>()
  for (const error of errors) {
    const { line } = lines.linePos(error.pos[0])
    if (!byLine.has(line) && byLine.size < MAXIMUM_FAULTS) byLine.set(line, { ...describeError(error), line })
  }
  return [...byLine.values()]
}

const NEEDS_QUOTES = "text that begins with * or &, or has { } [ ] in a list in brackets, needs quotes, as in ['*', 'agent/{agent}/**']"

function describeError({ code, message }: YAMLParseError): Fault {
  if (code === 'DUPLICATE_KEY') return { detail: 'a key stands twice in one mapping', remedy: 'keep one of them' }
  if (code === 'MULTIPLE_DOCS') return { detail: 'the file has several documents', remedy: 'keep one document' }
  const [first = ''] = message.split('\n')
  const detail = first.slice(0, 1).toLowerCase() + first.slice(1)
  return code === 'BAD_ALIAS' || /flow/i.test(first) ? { detail, remedy: NEEDS_QUOTES } : { detail }
}

/** Walks the nodes for what parses but is not read here. */
function findFeatures(document: Document.Parsed, lines: LineCounter): readonly Fault[] {
  const faults: Fault[] = []
  let nodes = 0
  const visit = (node: unknown, depth: number): void => {
    nodes += 1
    if (nodes > MAXIMUM_NODES || faults.length >= MAXIMUM_FAULTS) return
    const fault = findFault(node, depth, lines)
    if (fault !== undefined) {
      faults.push(fault)
      return
    }
    if (isMap(node) || isSeq(node)) for (const item of node.items) visit(item, depth + 1)
    if (isPair(node)) {
      visit(node.key, depth)
      visit(node.value, depth)
    }
  }
  visit(document.contents, 0)
  if (nodes > MAXIMUM_NODES) faults.push({ detail: `it has more than ${MAXIMUM_NODES} values` })
  return faults
}

function findFault(node: unknown, depth: number, lines: LineCounter): Fault | undefined {
  const at = isNode(node) && node.range ? { line: lines.linePos(node.range[0]).line } : {}
  if (depth > MAXIMUM_DEPTH) return { ...at, detail: 'it is nested too deeply' }
  if (isAlias(node) || (isNode(node) && 'anchor' in node && node.anchor !== undefined)) {
    return { ...at, detail: 'anchors and aliases are not read', remedy: `${NEEDS_QUOTES}; what repositories have in common goes under defaults` }
  }
  if (isNode(node) && node.tag !== undefined) {
    return { ...at, detail: 'tags are not read', remedy: 'write the plain value' }
  }
  return isPair(node) ? findKeyFault(node, lines) : undefined
}

/** Keys that would reach a prototype are refused by name; no check after this one meets them. */
function findKeyFault({ key }: Pair, lines: LineCounter): Fault | undefined {
  const at = isNode(key) && key.range ? { line: lines.linePos(key.range[0]).line } : {}
  if (!isScalar(key) || typeof key.value !== 'string') return { ...at, detail: 'a key is not text', remedy: 'put the key in quotes' }
  if (key.value === '<<') return { ...at, detail: 'merge keys are not read', remedy: 'what repositories have in common goes under defaults' }
  if (key.value === '__proto__') return { ...at, detail: 'the key __proto__ is not allowed', remedy: 'take it out' }
  return undefined
}

function findLine(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = document.contents
  let found: Node | undefined
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step)
      if (pair === undefined) break
      if (isNode(pair.key)) found = pair.key
      node = pair.value
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step]
      if (isNode(node)) found = node
    } else break
  }
  return found?.range ? lines.linePos(found.range[0]).line : undefined
}
