import { escapeUntrusted } from '@refward/core-policy'

import { type ToldRefusal, readRefusal } from '../gateway/read-refusal.ts'

/** What became of a push: for each ref why it was not done, and lines for people, which are printable ASCII. */
export interface PushedRefs {
  /** `undefined` for what was done, a word of the table for what was not. */
  readonly results: ReadonlyMap<string, string | undefined>
  readonly lines: readonly string[]
}

const MOST_LINES = 500
/** As the gateway does over git: a push of a thousand refs must not bury its first problem. */
const MOST_REFUSALS = 20
const CODE = /^RW_[A-Z_]{1,60}$/

/** @param wanted the object id that each ref was to have. */
export function readPushed(status: number, value: Readonly<Record<string, unknown>>, wanted: ReadonlyMap<string, string>): PushedRefs | undefined {
  return status === 200 ? readDone(value, wanted) : readRefused(value, wanted)
}

function readDone({ success, refs, messages }: Readonly<Record<string, unknown>>, wanted: ReadonlyMap<string, string>): PushedRefs | undefined {
  const told = success === true ? indexRefs(refs) : undefined
  if (told === undefined) return undefined
  // A ref of which nothing is told, or another value, is not as it was wanted.
  if ([...wanted].some(([ref, id]) => told.get(ref)?.['new_id'] !== id)) return undefined
  return { results: new Map([...wanted.keys()].map((ref) => [ref, undefined])), lines: readMessages(messages) }
}

function readRefused(value: Readonly<Record<string, unknown>>, wanted: ReadonlyMap<string, string>): PushedRefs | undefined {
  const refusal = readRefusal(value)
  const told = indexRefs(value['refs'] ?? [])
  if (refusal === undefined || told === undefined) return undefined
  const results = new Map([...wanted.keys()].map((ref) => [ref, readResult(told.get(ref), refusal)]))
  const refusals = [...listRefusals(told, wanted), refusal]
  const unique = [...new Map(refusals.map((one) => [`${one.code} ${one.message}`, one])).values()]
  const more = unique.length > MOST_REFUSALS ? [`refward: and ${unique.length - MOST_REFUSALS} more`] : []
  const { request_id: request } = value
  const id = typeof request === 'string' ? [`refward: request ${escapeUntrusted(request, 100)}`] : []
  return { results, lines: [...readMessages(value['messages']), ...unique.slice(0, MOST_REFUSALS).flatMap(renderTold), ...more, ...id] }
}

function readResult(told: Readonly<Record<string, unknown>> | undefined, { code }: ToldRefusal): string | undefined {
  if (told?.['status'] === 'accepted') return undefined
  const own = told?.['code']
  return typeof own === 'string' && CODE.test(own) ? own : code
}

function listRefusals(told: ReadonlyMap<string, Readonly<Record<string, unknown>>>, wanted: ReadonlyMap<string, string>): readonly ToldRefusal[] {
  return [...wanted.keys()].flatMap((ref) => {
    const { code, message, hint } = told.get(ref) ?? {}
    return readRefusal({ message, error: { code, hint } }) ?? []
  })
}

function renderTold({ code, message, hint, further }: ToldRefusal): readonly string[] {
  return [`refward: ${message} (${code})`, ...further.map((text) => `refward: ${text}`), ...(hint === '' ? [] : [`refward: ${hint}`])]
}

function indexRefs(refs: unknown): ReadonlyMap<string, Readonly<Record<string, unknown>>> | undefined {
  if (!Array.isArray(refs)) return undefined
  const known = new Map<string, Readonly<Record<string, unknown>>>()
  for (const value of refs as readonly unknown[]) {
    if (typeof value !== 'object' || value === null) return undefined
    const record = value as Readonly<Record<string, unknown>>
    if (typeof record['ref'] !== 'string') return undefined
    known.set(record['ref'], record)
  }
  return known
}

function readMessages(messages: unknown): readonly string[] {
  if (!Array.isArray(messages)) return []
  return messages.slice(0, MOST_LINES).flatMap((line) => (typeof line === 'string' ? [escapeUntrusted(line)] : []))
}
