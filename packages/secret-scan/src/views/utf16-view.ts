import type { DecodedText } from './decoded-text.ts'

/** In code units; shorter than any secret. */
const SHORTEST_RUN = 8

/**
 * Decodes stretches of UTF-16 text in the ASCII range, wherever they lie and in either byte order: text and NUL bytes take
 * turns in both. No byte order mark is asked for, since nothing that reads the secret back would need one either.
 */
export function decodeUtf16Runs(bytes: Buffer, into: DecodedText): void {
  for (let zero = bytes.indexOf(0); zero !== -1;) {
    const start = isText(bytes[zero - 1]) ? zero - 1 : zero + 1
    let end = start
    while (isText(bytes[end]) && bytes[end + 1] === 0) end += 2
    // The last character of big-endian text has no NUL behind it.
    if (isText(bytes[end])) end += 2
    const units = (end - start) >> 1
    if (units >= SHORTEST_RUN) {
      into.append('utf-16', {
        room: units,
        write: (target, at) => copyUnits(bytes, { start, units }, target, at),
        locate: (offset) => start + 2 * offset,
      })
    }
    zero = bytes.indexOf(0, afterZeros(bytes, Math.max(zero + 1, end)))
  }
}

function copyUnits(
  bytes: Buffer,
  { start, units }: { start: number; units: number },
  target: Buffer,
  at: number,
): number {
  for (let unit = 0; unit < units; unit++) target[at + unit] = bytes[start + 2 * unit] ?? 0
  return units
}

/** Skips a stretch of zeros but for its last byte, which may stand before a character. */
function afterZeros(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === 0 && bytes[at + 1] === 0) at++
  return at
}

function isText(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d)
}
