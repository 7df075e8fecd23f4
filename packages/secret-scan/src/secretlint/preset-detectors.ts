import type { SecretLintSourceCode } from '@secretlint/types'
import { type Detector, type Span, literal } from '../detector.ts'
import { PRESET_TABLE, type RunEntry } from './preset-table.ts'

/** A rule of secretlint, as far as its preset uses the interface. */
export interface PresetRule {
  readonly meta: { readonly id: string }
  create(context: PresetContext, options: object): { file?(source: SecretLintSourceCode): unknown }
}

export interface PresetContext {
  readonly sharedOptions: object
  createTranslator(): (messageId: PropertyKey) => { message: string; messageId: string; data: undefined }
  report(descriptor: { readonly range: readonly [number, number] }): void
  ignore(): void
}

const ID_PREFIX = '@secretlint/secretlint-rule-'

/**
 * Makes detectors of secretlint's rules. They run on windows around their literals, without secretlint's own engine: it
 * formats the secret into messages, keeps a performance mark for every run, and honours comments that disable rules.
 *
 * @throws Error when the preset has a rule that {@link PRESET_TABLE} does not know.
 */
export function createPresetDetectors(rules: readonly PresetRule[]): readonly Detector[] {
  return rules.flatMap((rule) => {
    const name = rule.meta.id.slice(ID_PREFIX.length)
    const entry = PRESET_TABLE.get(name)
    if (entry === undefined || !rule.meta.id.startsWith(ID_PREFIX))
      throw new Error(`unknown secretlint rule ${rule.meta.id}`)
    return entry.kind === 'run' ? [createPresetDetector(name, rule, entry)] : []
  })
}

function createPresetDetector(name: string, rule: PresetRule, entry: RunEntry): Detector {
  const runRule = prepare(rule)
  return {
    rule: `secretlint-${name}`,
    title: entry.title,
    literals: entry.literals.map((text) => literal(text, entry.ignoreCase === true)),
    *inspect(text, hits): Iterable<Span> {
      for (const window of windows(text, hits, entry)) {
        for (const [start, end] of runRule(text.slice(window.start, window.end))) {
          yield { start: window.start + start, end: window.start + end }
        }
      }
    },
  }
}

function prepare(rule: PresetRule): (content: string) => readonly (readonly [number, number])[] {
  let ranges: (readonly [number, number])[] = []
  const context: PresetContext = {
    sharedOptions: {},
    createTranslator: () => (messageId) => ({ message: '', messageId: String(messageId), data: undefined }),
    report: ({ range }) => void ranges.push(range),
    ignore: () => undefined,
  }
  const handler = rule.create(context, {})
  if (handler.file === undefined) throw new Error(`secretlint rule ${rule.meta.id} does not look at files`)
  return (content) => {
    ranges = []
    handler.file?.(namelessSource(content))
    return ranges
  }
}

// INVARIANT: a rule is never told a name. One that were could exempt it, or open the file that it names.
function namelessSource(content: string): SecretLintSourceCode {
  const notOffered = (): never => {
    throw new Error('a secretlint rule asked for what a window of a text cannot tell')
  }
  return {
    content,
    contentType: 'text',
    hasBOM: false,
    ext: '',
    filePath: '',
    physicalFilePath: undefined,
    getFilePath: () => undefined,
    getPhysicalFilePath: () => undefined,
    locationToRange: notOffered,
    rangeToLocation: notOffered,
    positionToIndex: notOffered,
    indexToPosition: notOffered,
  }
}

/** Windows around the hits; those that overlap become one, so that a flood of literals costs no more than one look at it all. */
function* windows(text: string, hits: readonly number[], { before = 0, after, only }: RunEntry): Iterable<Span> {
  let window: Span | undefined
  for (const hit of hits) {
    if (only !== undefined && !matchesAt(only, text, hit)) continue
    const next = { start: Math.max(0, hit - before), end: Math.min(text.length, hit + after) }
    if (window === undefined || next.start > window.end) {
      if (window !== undefined) yield window
      window = next
    } else window = { start: window.start, end: next.end }
  }
  if (window !== undefined) yield window
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}
