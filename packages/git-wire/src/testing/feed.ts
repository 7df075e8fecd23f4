import fc from 'fast-check'
import type { EventParser, MessageParser } from '../parser.ts'
import type { Failure, Parsed } from '../result.ts'

/** Cuts bytes at the given places, which may repeat and lie outside. */
export function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const inside = places.map((place) => Math.min(place, bytes.length)).toSorted((a, b) => a - b)
  const edges = [0, ...inside, bytes.length]
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end))
}

/** Every byte a chunk of its own, each in memory of its own, as a slow peer sends them. */
export function singleBytes(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte))
}

export function feedMessage<T>(parser: MessageParser<T>, chunks: Iterable<Uint8Array>): Parsed<T> {
  for (const chunk of chunks) {
    const pushed = parser.push(chunk)
    if (pushed.kind === 'error') return stays(pushed, parser)
  }
  const ended = parser.end()
  if (ended.kind === 'ok' && !parser.done) throw new Error('the parser gave a message that is not done')
  return ended
}

/** All events, the pieces of one channel joined; or the error. */
export function feedEvents<E extends { readonly kind: string }>(
  parser: EventParser<E>,
  chunks: Iterable<Uint8Array>,
): Parsed<readonly E[]> {
  const events: E[] = []
  for (const chunk of chunks) {
    const pushed = parser.push(chunk)
    if (pushed.kind === 'error') return stays(pushed, parser)
    for (const event of pushed.value) events.push(event)
  }
  const ended = parser.end()
  return ended.kind === 'error' ? ended : { kind: 'ok', value: joined([...events, ...ended.value]) }
}

// An error is final: whatever comes afterwards changes nothing.
function stays(failure: Failure, parser: MessageParser<unknown> | EventParser<unknown>): Failure {
  const again = [parser.push(Uint8Array.of(0x30)), parser.end()]
  if (again.some((result) => result !== failure)) throw new Error('the parser recovered from an error')
  return failure
}

function isPiece(event: { readonly kind: string }): event is { readonly kind: 'data' | 'progress'; readonly data: Uint8Array } {
  return event.kind === 'data' || event.kind === 'progress'
}

function joined<E extends { readonly kind: string }>(events: readonly E[]): readonly E[] {
  const result: E[] = []
  for (const event of events) {
    const last = result.at(-1)
    if (last !== undefined && isPiece(event) && isPiece(last) && event.kind === last.kind) {
      result[result.length - 1] = { ...event, data: Buffer.concat([last.data, event.data]) }
    } else {
      result.push(isPiece(event) ? { ...event, data: Buffer.from(event.data) } : event)
    }
  }
  return result
}

/** Damaged forms of a valid message: bytes overwritten, removed, doubled, appended. Finds deeper code than random bytes do. */
export function damaged(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat(2000),
    remove: fc.nat(8),
    insert: fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.constantFrom('0000', '0001', '0004', '\0', '\n', ' ', 'PACK').map((text) => Buffer.from(text))),
  })
  return fc.tuple(valid, fc.array(change, { maxLength: 3 })).map(([bytes, changes]) =>
    changes.reduce((result, { at, remove, insert }) => {
      const place = result.length === 0 ? 0 : at % (result.length + 1)
      return Buffer.concat([result.subarray(0, place), insert, result.subarray(place + remove)])
    }, Buffer.from(bytes)),
  )
}

/** Places to cut a message at. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat(600), { maxLength: 12 })

/** Bytes as they go over the wire, for vectors: `\0` and friends as written, lengths counted by hand or by {@link pkt}. */
export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

/** One data packet as text, one character per byte. */
export function pkt(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text
}
