import type { Acknowledgments, ShallowInfo } from './fetch-sections.ts'
import { line } from './pkt-line.ts'
import { WireFault } from './result.ts'
import { encodeText } from './text.ts'

/** What stands before the pack in the answer to a protocol v2 `fetch`. */
export interface FetchResponseHead {
  /** Left out when the client said `done`. */
  readonly acknowledgments?: Acknowledgments
  readonly shallowInfo?: ShallowInfo
  /** Whether a pack follows. Without one the answer is the acknowledgments and ends. */
  readonly pack: boolean
}

/**
 * The answer to a protocol v2 `fetch` up to its pack. When one follows, go on with side-band packets and a flush;
 * otherwise this is all of it.
 */
export function renderFetchResponseHead({ acknowledgments, shallowInfo, pack }: FetchResponseHead): Uint8Array {
  const ready = acknowledgments?.ready ?? true
  if (pack !== ready || (!pack && shallowInfo !== undefined)) {
    throw new WireFault('section', 'a pack follows exactly when the acknowledgments say ready or are left out')
  }
  const sections = [
    ...(acknowledgments === undefined ? [] : [acknowledgmentLines(acknowledgments)]),
    ...(shallowInfo === undefined ? [] : [['shallow-info', ...shallowLines(shallowInfo)]]),
    ...(pack ? [['packfile']] : []),
  ]
  return encodeText(sections.map((lines) => lines.map(line).join('')).join('0001') + (pack ? '' : '0000'))
}

function acknowledgmentLines({ acks, ready }: Acknowledgments): readonly string[] {
  const nak = acks.length === 0 && !ready ? ['NAK'] : []
  return ['acknowledgments', ...nak, ...acks.map((id) => `ACK ${id}`), ...(ready ? ['ready'] : [])]
}

function shallowLines({ shallow, unshallow }: ShallowInfo): readonly string[] {
  return [...shallow.map((id) => `shallow ${id}`), ...unshallow.map((id) => `unshallow ${id}`)]
}
