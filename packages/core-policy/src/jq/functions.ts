import { type Meter, spendOnPairs } from './meter.ts'
import { type Filter, JqProblem, type Json } from './syntax.ts'
import { add, compare, isList, isObject, isTrue, itemsOf, makeObject, textOf, typeOf } from './values.ts'

/** What a function works with. */
interface World {
  /** Runs a filter on a value. */
  readonly run: (filter: Filter, input: Json) => Iterable<Json>
  readonly meter: Meter
}

type Function = (input: Json, parameters: readonly Filter[], world: World) => Iterable<Json>

function simple(compute: (input: Json) => Json): Function {
  return (input) => [compute(input)]
}

/** One that looks at all of what it is given, however deep. */
function whole(compute: (input: Json) => Json): Function {
  return (input, _, { meter }) => {
    meter.spendAll(input)
    return [compute(input)]
  }
}

/** One that goes through a text from end to end, and no deeper into anything else. */
function textually(compute: (input: Json) => Json): Function {
  return (input, _, { meter }) => {
    if (typeof input === 'string') meter.spendAll(input)
    return [compute(input)]
  }
}

/** For each value of the first parameter. */
function with1(compute: (input: Json, parameter: Json, meter: Meter) => Json): Function {
  return function* (input, [parameter], { run, meter }) {
    if (parameter !== undefined) for (const value of run(parameter, input)) yield compute(input, value, meter)
  }
}

/** By what a filter gives for each item. */
function by(compute: (keyed: readonly Keyed[]) => Json): Function {
  return (input, [parameter], { run, meter }) => {
    const keyed = list(input).map((item) => ({ item, key: parameter === undefined ? [item] : [...run(parameter, item)] }))
    const rounds = Math.ceil(Math.log2(keyed.length + 1))
    for (const { key } of keyed) meter.spendAll(key, rounds / 2)
    return [compute(keyed.toSorted((a, b) => compare(a.key, b.key)))]
  }
}

interface Keyed {
  readonly item: Json
  readonly key: readonly Json[]
}

function list(value: Json): readonly Json[] {
  if (isList(value)) return value
  throw new JqProblem(`a list is needed, and this is ${typeOf(value)}`)
}

function text(value: Json): string {
  if (typeof value === 'string') return value
  throw new JqProblem(`a text is needed, and this is ${typeOf(value)}`)
}

function groups(keyed: readonly Keyed[]): readonly (readonly Json[])[] {
  const found: { readonly key: readonly Json[]; readonly items: Json[] }[] = []
  for (const { item, key } of keyed) {
    const last = found.at(-1)
    if (last !== undefined && compare(last.key, key) === 0) last.items.push(item)
    else found.push({ key, items: [item] })
  }
  return found.map(({ items }) => items)
}

function lengthOf(value: Json): Json {
  if (value === null) return 0
  if (typeof value === 'number') return Math.abs(value)
  if (typeof value === 'boolean') throw new JqProblem('boolean has no length')
  return typeof value === 'string' ? Array.from(value).length : itemsOf(value).length
}

function keysOf(value: Json): Json {
  if (isList(value)) return value.map((_, index) => index)
  if (isObject(value)) return Object.keys(value).toSorted()
  throw new JqProblem(`${typeOf(value)} has no keys`)
}

function toNumber(value: Json): Json {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && /^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(value)) return Number(value)
  throw new JqProblem(`${textOf(value).slice(0, 50)} is no number`)
}

function holds(value: Json, part: Json): boolean {
  if (typeof value === 'string' && typeof part === 'string') return value.includes(part)
  if (isList(value) && isList(part)) return part.every((item) => value.some((other) => holds(other, item)))
  if (isObject(value) && isObject(part)) return Object.entries(part).every(([name, item]) => Object.hasOwn(value, name) && holds(value[name] ?? null, item))
  return compare(value, part) === 0
}

function flatten(value: Json): readonly Json[] {
  return list(value).flatMap((item) => (isList(item) ? flatten(item) : [item]))
}

function fromEntries(value: Json): Json {
  return makeObject(list(value).map((entry) => [isObject(entry) ? textOf(entry['key'] ?? entry['name'] ?? null) : '', isObject(entry) ? (entry['value'] ?? null) : null]))
}

function* map(input: Json, [parameter]: readonly Filter[], { run }: World): Iterable<Json> {
  yield itemsOf(input).flatMap((item) => (parameter === undefined ? [] : Array.from(run(parameter, item))))
}

function* select(input: Json, [parameter]: readonly Filter[], { run }: World): Iterable<Json> {
  if (parameter !== undefined) for (const value of run(parameter, input)) if (isTrue(value)) yield input
}

function quantify(every: boolean): Function {
  return (input, [parameter], { run, meter }) => {
    meter.spend(itemsOf(input).length / 8)
    const found = itemsOf(input).flatMap((item) => (parameter === undefined ? [item] : Array.from(run(parameter, item))))
    return [every ? found.every(isTrue) : found.some(isTrue)]
  }
}

function addAll(input: Json, _: readonly Filter[], { meter }: World): Iterable<Json> {
  return [
    itemsOf(input).reduce((sum, item) => {
      const made = add(sum, item)
      // Each sum is a new value; that of many lists, or objects, is made anew with every one of them.
      meter.spend(typeof made === 'object' && made !== null ? itemsOf(made).length / 8 : 1)
      return made
    }, null),
  ]
}

function joinBy(input: Json, between: Json, meter: Meter): Json {
  const items = list(input)
  meter.spendAll(items)
  meter.spendAll(between, items.length)
  return items.map((item) => (item === null ? '' : textOf(item))).join(text(between))
}

function* firstOf(input: Json, [parameter]: readonly Filter[], { run }: World): Iterable<Json> {
  if (parameter === undefined) return
  for (const value of run(parameter, input)) {
    yield value
    return
  }
}

/** What may be called, by name and number of arguments. There is no pattern of regular expressions among them: theirs never becomes one here. */
export const FUNCTIONS: ReadonlyMap<string, Function> = new Map<string, Function>([
  ['empty/0', () => []],
  ['not/0', simple((input) => !isTrue(input))],
  ['length/0', textually(lengthOf)],
  ['keys/0', simple(keysOf)],
  ['add/0', addAll],
  ['first/0', simple((input) => list(input)[0] ?? null)],
  ['last/0', simple((input) => list(input).at(-1) ?? null)],
  ['first/1', firstOf],
  ['type/0', simple(typeOf)],
  ['sort/0', by((keyed) => keyed.map(({ item }) => item))],
  ['reverse/0', simple((input) => list(input).toReversed())],
  ['unique/0', by((keyed) => groups(keyed).map(([item]) => item ?? null))],
  ['flatten/0', whole(flatten)],
  ['min/0', by((keyed) => keyed[0]?.item ?? null)],
  ['max/0', by((keyed) => keyed.at(-1)?.item ?? null)],
  ['tostring/0', whole(textOf)],
  ['tojson/0', whole((input) => JSON.stringify(input))],
  ['tonumber/0', whole(toNumber)],
  ['ascii_downcase/0', textually((input) => text(input).replace(/[A-Z]+/g, (part) => part.toLowerCase()))],
  ['ascii_upcase/0', textually((input) => text(input).replace(/[a-z]+/g, (part) => part.toUpperCase()))],
  ['to_entries/0', simple((input) => (isObject(input) ? Object.entries(input).map(([key, value]) => ({ key, value })) : list(input)))],
  ['from_entries/0', whole(fromEntries)],
  ['any/0', quantify(false)],
  ['all/0', quantify(true)],
  ['any/1', quantify(false)],
  ['all/1', quantify(true)],
  ['map/1', map],
  ['select/1', select],
  ['has/1', with1((input, key) => (typeof key === 'string' ? isObject(input) && Object.hasOwn(input, key) : typeof key === 'number' && isList(input) && input[key] !== undefined))],
  [
    'contains/1',
    with1((input, part, meter) => {
      spendOnPairs(meter, input, part)
      return holds(input, part)
    }),
  ],
  ['startswith/1', with1((input, start) => text(input).startsWith(text(start)))],
  ['endswith/1', with1((input, end) => text(input).endsWith(text(end)))],
  ['join/1', with1(joinBy)],
  [
    'split/1',
    with1((input, at, meter) => {
      meter.spend(text(input).length / 8)
      spendOnPairs(meter, input, at)
      return text(input).split(text(at))
    }),
  ],
  ['sort_by/1', by((keyed) => keyed.map(({ item }) => item))],
  ['group_by/1', by(groups)],
  ['unique_by/1', by((keyed) => groups(keyed).map(([item]) => item ?? null))],
  ['min_by/1', by((keyed) => keyed[0]?.item ?? null)],
  ['max_by/1', by((keyed) => keyed.at(-1)?.item ?? null)],
])
