import fc from 'fast-check'
import type { AdvertisedRef } from '../advertised-refs.ts'
import type { ClientIdentity } from '../capabilities.ts'
import type { FetchRequest } from '../fetch-request.ts'
import type { FilterSpec, SimpleFilter } from '../filter-spec.ts'
import { ZERO_ID } from '../object-id.ts'

/** Leaves out the keys without a value, as exact optional properties want it. */
type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function compact<T extends object>(value: T): Defined<T> {
  // The entries without a value have just been left out.
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>
}

function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined })
}

const hexDigit = fc.constantFrom(...'0123456789abcdef'.split(''))

export const objectId: fc.Arbitrary<string> = fc
  .string({ unit: hexDigit, minLength: 40, maxLength: 40 })
  .filter((id) => id !== ZERO_ID)

export const objectIds: fc.Arbitrary<string[]> = fc.array(objectId, { maxLength: 6 })

const component = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_+=#!$%&,;'.split('')), minLength: 1, maxLength: 8 })
const wideComponent = fc.string({ unit: fc.constantFrom('a', 'é', '功', '🙂', '-', '{', '@x'), minLength: 1, maxLength: 6 })

function refNameOf(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('refs/heads/', 'refs/tags/', 'refs/pull/'), fc.array(part, { minLength: 1, maxLength: 3 }))
    .map(([prefix, parts]) => prefix + parts.join('/'))
}

/** Names that a push may carry. */
export const refName: fc.Arbitrary<string> = refNameOf(component)
/** Names that a server may show: UTF-8 too. */
export const shownName: fc.Arbitrary<string> = fc.oneof(refName, refNameOf(wideComponent))

export const token: fc.Arbitrary<string> = fc.string({ unit: fc.constantFrom(...'abcdefXYZ019-./_:'.split('')), minLength: 1, maxLength: 16 })

export const identity: fc.Arbitrary<ClientIdentity> = fc
  .record({ agent: maybe(token), sessionId: maybe(token), objectFormat: maybe(fc.constant('sha1' as const)) })
  .map(compact)

export const advertisedRefs: fc.Arbitrary<AdvertisedRef[]> = fc
  .tuple(
    maybe(fc.record({ name: fc.constant('HEAD'), id: objectId, symrefTarget: maybe(shownName) })),
    fc.uniqueArray(fc.record({ name: shownName, id: objectId, peeled: maybe(objectId) }), { selector: ({ name }) => name, maxLength: 8 }),
  )
  .map(([head, refs]) => [...(head === undefined ? [] : [head]), ...refs].map(compact))

const number = fc.oneof(fc.nat(), fc.nat().map((low) => low * 4096))

const simpleFilter: fc.Arbitrary<SimpleFilter> = fc.oneof(
  fc.constant({ kind: 'blob-none' as const }),
  number.map((bytes) => ({ kind: 'blob-limit' as const, bytes })),
  number.map((depth) => ({ kind: 'tree-depth' as const, depth })),
  fc.constantFrom('blob' as const, 'tree' as const, 'commit' as const, 'tag' as const).map((type) => ({ kind: 'object-type' as const, type })),
  objectId.map((id) => ({ kind: 'sparse-oid' as const, id })),
)

export const filterSpec: fc.Arbitrary<FilterSpec> = fc.oneof(
  simpleFilter,
  fc.array(simpleFilter, { minLength: 1, maxLength: 4 }).map((filters) => ({ kind: 'combine' as const, filters })),
)

const depth = fc.oneof(
  fc.constant({ deepenNot: [] }),
  fc.integer({ min: 1, max: 0x7fff_ffff }).map((deepen) => ({ deepen, deepenNot: [] })),
  fc.record({ deepenSince: maybe(fc.integer({ min: 1 })), deepenNot: fc.array(fc.oneof(refName, component.filter((name) => !name.startsWith('-'))), { maxLength: 3 }) }),
)

/** Requests that both protocol versions can say. */
export const fetchRequest: fc.Arbitrary<FetchRequest> = fc
  .tuple(
    identity,
    depth,
    fc.record({
      wants: fc.array(objectId, { minLength: 1, maxLength: 5 }),
      haves: objectIds,
      done: fc.boolean(),
      thinPack: fc.boolean(),
      noProgress: fc.boolean(),
      includeTag: fc.boolean(),
      ofsDelta: fc.boolean(),
      waitForDone: fc.constant(false),
      shallow: objectIds,
      deepenRelative: fc.boolean(),
      filter: maybe(filterSpec),
    }),
  )
  .map(([who, deep, rest]) => compact({ ...who, ...deep, ...rest }))
