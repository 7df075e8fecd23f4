import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

import type { AuditEvent } from './audit-event.ts'
import { renderCanonical } from './canonical-json.ts'

/** What a line's `prev` is when nothing came before it. */
export const noHash: string = '0'.repeat(64)

/** A line as it is stored. `hash` is over `line`, which holds the hash before it; `mac` seals `hash` with the audit key. */
export interface ChainRow {
  readonly seq: number
  readonly line: string
  readonly hash: string
  readonly mac: string
}

/** The end of the chain as it is stored. Without the seal, cutting off the last lines would leave a chain that verifies. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
  readonly mac: string
}

export interface LineInput {
  readonly prev: string
  readonly seq: number
  readonly at: number
  readonly event: AuditEvent
}

/** What stands in a line besides its event. */
export interface LineFrame {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly prev: string
}

export function sealLine(key: Uint8Array, input: LineInput): ChainRow {
  const { prev, seq, event } = input
  const at = new Date(input.at).toISOString()
  const line = renderCanonical({ ...event, at, prev, seq })
  const hash = hashLine(line)
  return { seq, line, hash, mac: seal(key, `refward audit line\n${hash}`) }
}

export function sealHead(key: Uint8Array, head: { readonly seq: number; readonly hash: string }): ChainHead {
  return { seq: head.seq, hash: head.hash, mac: seal(key, headText(head)) }
}

export function isSealedHead(key: Uint8Array, head: ChainHead): boolean {
  return sameText(head.mac, seal(key, headText(head)))
}

/** True for a line that this ledger wrote, wherever it may stand now. */
export function isSealedLine(key: Uint8Array, row: ChainRow): boolean {
  return row.hash === hashLine(row.line) && sameText(row.mac, seal(key, `refward audit line\n${row.hash}`))
}

/** Undefined when the text is not a line of an audit at all. */
export function parseFrame(line: string): LineFrame | undefined {
  const value = parseObject(line)
  if (value === undefined) return undefined
  const { seq, at, kind, prev } = value
  if (typeof seq !== 'number' || typeof at !== 'string' || typeof kind !== 'string' || typeof prev !== 'string') return undefined
  return { seq, at: Date.parse(at), kind, prev }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function hashLine(line: string): string {
  return createHash('sha256').update(line, 'utf8').digest('hex')
}

function headText(head: { readonly seq: number; readonly hash: string }): string {
  return `refward audit head\n${head.seq}\n${head.hash}`
}

function seal(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex')
}

function sameText(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.byteLength === other.byteLength && timingSafeEqual(one, other)
}
