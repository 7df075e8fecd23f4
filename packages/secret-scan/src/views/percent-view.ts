import type { DecodedText } from './decoded-text.ts'

/** Plain bytes that belong to an encoded text on either side of an escape. */
const MARGIN = 256
const PERCENT = 0x25

/** Decodes percent escapes, with what stands around and between them, since most bytes of a secret need no escape. */
export function decodePercentEscapes(bytes: Buffer, into: DecodedText): void {
  let at = nextEscape(bytes, 0)
  let end = 0
  while (at !== -1) {
    const start = Math.max(end, at - MARGIN)
    end = at + 3
    for (at = nextEscape(bytes, end); at !== -1 && at - end <= MARGIN; at = nextEscape(bytes, end)) end = at + 3
    const stop = Math.min(bytes.length, end + MARGIN)
    into.append('percent', {
      room: stop - start,
      write: (target, begin) => decode(bytes, { start, stop }, target, begin),
      locate: (offset) => locate(bytes, start, offset),
    })
  }
}

function nextEscape(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(PERCENT, from); at !== -1; at = bytes.indexOf(PERCENT, at + 1)) {
    if (escapedByte(bytes, at) !== -1) return at
  }
  return -1
}

function decode(
  bytes: Buffer,
  { start, stop }: { start: number; stop: number },
  target: Buffer,
  begin: number,
): number {
  let written = begin
  for (let at = start; at < stop;) {
    const escaped = escapedByte(bytes, at)
    target[written++] = escaped === -1 ? (bytes[at] ?? 0) : escaped
    at += escaped === -1 ? 1 : 3
  }
  return written - begin
}

function locate(bytes: Buffer, start: number, offset: number): number {
  let at = start
  for (let decoded = 0; decoded < offset; decoded++) at += escapedByte(bytes, at) === -1 ? 1 : 3
  return at
}

/** The byte that an escape at `at` stands for, or -1 when there is none. */
function escapedByte(bytes: Buffer, at: number): number {
  if (bytes[at] !== PERCENT) return -1
  const [high, low] = [hexDigit(bytes[at + 1] ?? 0), hexDigit(bytes[at + 2] ?? 0)]
  return high === -1 || low === -1 ? -1 : (high << 4) | low
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
