import { createProblem } from '../errors/refusal.ts'
import type { Parsed } from '../parsed.ts'
import { FUNCTIONS } from './functions.ts'
import { parseJq } from './parse-jq.ts'
import { Meter, spendOnPairs } from './meter.ts'
import { type Filter, JqProblem, type Json, type Operator } from './syntax.ts'
import { add, compare, isList, isTrue, itemsOf, makeObject, member, subtract, textOf, typeOf } from './values.ts'

const MAXIMUM_OUTPUT = 4 * 1024 * 1024
/** What the parts of such an output would be at most; looked at before any of it is made. */
const HEAVIEST_LINE = 500_000

/**
 * Runs an expression of jq on JSON, and gives what gh prints: texts as they are, everything else as JSON, one a line. It is the part of jq that looks at
 * data: no functions of one's own, no variables, no loops, so that each step goes forward; what each costs is counted before it is done.
 */
export function runJq(expression: string, input: unknown): Parsed<string> {
  try {
    const filter = parseJq(expression)
    // By way of its text: what has no JSON of its own is not there for the expression either.
    const plain = JSON.parse(JSON.stringify(input ?? null)) as Json
    const meter = new Meter(plain)
    const lines: string[] = []
    let length = 0
    for (const value of new Runner(meter).run(filter, plain)) {
      if (meter.weigh(value) > HEAVIEST_LINE) throw new JqProblem('it gives too much')
      const line = `${value === null ? '' : renderValue(value)}\n`
      length += line.length
      if (length > MAXIMUM_OUTPUT) throw new JqProblem('it gives too much')
      lines.push(line)
    }
    return { kind: 'ok', value: lines.join('') }
  } catch (error) {
    if (!(error instanceof JqProblem)) throw error
    return { kind: 'error', problems: [createProblem('RW_GH_USAGE', '--jq', { detail: `--jq: ${error.message}`, remedy: 'use a simpler expression, or --json alone and jq in the sandbox' })] }
  }
}

function renderValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, (_, member: unknown) => sortMembers(member))
}

function sortMembers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

class Runner {
  readonly #meter: Meter

  constructor(meter: Meter) {
    this.#meter = meter
  }

  *run(filter: Filter, input: Json): Generator<Json, void, undefined> {
    this.#meter.spend(1)
    for (const value of this.#evaluate(filter, input)) {
      this.#meter.count(value)
      yield value
    }
  }

  *#evaluate(filter: Filter, input: Json): Generator<Json, void, undefined> {
    switch (filter.kind) {
      case 'identity':
        return yield input
      case 'literal':
        return yield filter.value
      case 'text':
        return yield* this.#text(filter.parts, filter.format, input)
      case 'index':
        for (const of of this.run(filter.of, input)) for (const key of this.run(filter.by, input)) yield member(of, key)
        return
      case 'slice':
        return yield* this.#slice(filter, input)
      case 'each':
        for (const of of this.run(filter.of, input)) yield* itemsOf(of)
        return
      case 'try':
        return yield* this.#try(filter.body, input)
      case 'pipe':
        for (const value of this.run(filter.left, input)) yield* this.run(filter.right, value)
        return
      case 'comma':
        yield* this.run(filter.left, input)
        return yield* this.run(filter.right, input)
      case 'alternative':
        return yield* this.#alternative(filter.left, filter.right, input)
      case 'and':
      case 'or':
        for (const left of this.run(filter.left, input)) {
          if (isTrue(left) === (filter.kind === 'or')) yield filter.kind === 'or'
          else for (const right of this.run(filter.right, input)) yield isTrue(right)
        }
        return
      case 'operator':
        for (const right of this.run(filter.right, input)) for (const left of this.run(filter.left, input)) yield this.#operate(filter.operator, left, right)
        return
      case 'list':
        return yield filter.body === undefined ? [] : [...this.run(filter.body, input)]
      case 'object':
        return yield* this.#object(filter.members, input, [])
      case 'if':
        for (const condition of this.run(filter.condition, input)) yield* this.run(isTrue(condition) ? filter.consequence : filter.otherwise, input)
        return
      case 'call':
        yield* FUNCTIONS.get(filter.name)?.(input, filter.parameters, { run: (inner, value) => this.run(inner, value), meter: this.#meter }) ?? []
    }
  }

  *#text(parts: readonly (string | Filter)[], format: string | undefined, input: Json, made: string = ''): Generator<Json, void, undefined> {
    const [part, ...rest] = parts
    if (part === undefined) return yield made
    if (typeof part === 'string') return yield* this.#text(rest, format, input, made + part)
    for (const value of this.run(part, input)) {
      this.#meter.spendAll(value)
      yield* this.#text(rest, format, input, made + renderFormat(format, value))
    }
  }

  *#slice({ of, from, to }: Extract<Filter, { kind: 'slice' }>, input: Json): Generator<Json, void, undefined> {
    for (const value of this.run(of, input)) {
      if (value !== null && typeof value !== 'string' && !isList(value)) throw new JqProblem(`cannot slice ${typeOf(value)}`)
      for (const start of from === undefined ? [0] : this.run(from, input)) {
        for (const end of to === undefined ? [Number.MAX_SAFE_INTEGER] : this.run(to, input)) {
          if (typeof start !== 'number' || typeof end !== 'number') throw new JqProblem('a slice is made with numbers')
          // Characters are told apart one by one, however few of them are wanted.
          if (typeof value === 'string') this.#meter.spendAll(value)
          yield value === null ? null : typeof value === 'string' ? Array.from(value).slice(start, end).join('') : value.slice(start, end)
        }
      }
    }
  }

  *#try(body: Filter, input: Json): Generator<Json, void, undefined> {
    try {
      yield* this.run(body, input)
    } catch (error) {
      // A bound is not something that an expression may ignore.
      if (!(error instanceof JqProblem) || this.#meter.isSpent) throw error
    }
  }

  *#alternative(left: Filter, right: Filter, input: Json): Generator<Json, void, undefined> {
    const found = [...this.#try(left, input)].filter(isTrue)
    yield* found.length > 0 ? found : this.run(right, input)
  }

  *#object(members: Extract<Filter, { kind: 'object' }>['members'], input: Json, made: readonly (readonly [string, Json])[]): Generator<Json, void, undefined> {
    const [next, ...rest] = members
    if (next === undefined) return yield makeObject(made)
    for (const key of this.run(next.key, input)) {
      if (typeof key !== 'string') throw new JqProblem(`the name of a member must be a text, and this is ${typeOf(key)}`)
      for (const value of this.run(next.value, input)) yield* this.#object(rest, input, [...made, [key, value]])
    }
  }

  #operate(operator: Operator, left: Json, right: Json): Json {
    if (operator === '-') spendOnPairs(this.#meter, left, right)
    else if (operator === '+') this.#meter.count(left)
    else this.#meter.spend(Math.min(this.#meter.weigh(left), this.#meter.weigh(right)))
    switch (operator) {
      case '+':
        return add(left, right)
      case '-':
        return subtract(left, right)
      case '==':
        return compare(left, right) === 0
      case '!=':
        return compare(left, right) !== 0
      case '<':
        return compare(left, right) < 0
      case '<=':
        return compare(left, right) <= 0
      case '>':
        return compare(left, right) > 0
      case '>=':
        return compare(left, right) >= 0
    }
  }
}

function renderFormat(format: string | undefined, value: Json): string {
  switch (format) {
    case '@json':
      return JSON.stringify(value)
    case '@tsv':
      return cells(value).map((item) => textOf(item ?? '').replace(/[\\\t\n\r]/g, (character) => TSV.get(character) ?? character)).join('\t')
    case '@csv':
      return cells(value).map((item) => (typeof item === 'string' ? `"${item.replaceAll('"', '""')}"` : item === null ? '' : textOf(item))).join(',')
    default:
      return textOf(value)
  }
}

const TSV: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
])

function cells(value: Json): readonly Json[] {
  if (isList(value)) return value
  throw new JqProblem(`a row is made of a list, and this is ${typeOf(value)}`)
}
