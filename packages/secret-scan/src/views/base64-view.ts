import { type ByteSet, byteSet, forEachRun } from './byte-runs.ts'
import type { DecodedText } from './decoded-text.ts'
import { type FoldedRun, unfold } from './folded-run.ts'

/** 18 bytes: shorter than any secret that has a form of its own. */
const SHORTEST_BASE64 = 24
/** 16 bytes. */
const SHORTEST_HEX = 32
const BASE64: ByteSet = byteSet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
const HEX: ByteSet = byteSet('0123456789abcdefABCDEF')

/**
 * Decodes what may be base64, in both alphabets, or hex, folded into lines or not. Where within a run the encoding of a
 * secret begins is unknown, so a run is decoded from each of its first four characters, hex from each of its first two.
 */
export function decodeBase64AndHexRuns(bytes: Buffer, into: DecodedText): void {
  forEachRun(bytes, { set: BASE64, shortest: SHORTEST_BASE64, from: 0, to: bytes.length }, (start, end) => {
    const run = unfold(bytes, { start, end }, { set: BASE64, shortest: SHORTEST_BASE64 })
    decodeHex(run, into)
    decodeBase64(run, into)
    return run.end
  })
}

function decodeBase64(run: FoldedRun, into: DecodedText): void {
  const characters = run.characters.toString('latin1')
  for (let phase = 0; phase < 4; phase++) {
    into.append('base64', {
      room: (characters.length * 3) >> 2,
      write: (target, at) => target.write(characters.slice(phase), at, 'base64'),
      // Of the four characters of a group, the byte n begins in the character n.
      locate: (offset) => run.locate(phase + 4 * Math.trunc(offset / 3) + (offset % 3)),
    })
  }
}

function decodeHex(run: FoldedRun, into: DecodedText): void {
  const { characters } = run
  forEachRun(characters, { set: HEX, shortest: SHORTEST_HEX, from: 0, to: characters.length }, (start, end) => {
    const digits = characters.toString('latin1', start, end)
    for (let phase = 0; phase < 2; phase++) {
      into.append('hex', {
        room: digits.length >> 1,
        write: (target, at) => target.write(digits.slice(phase), at, 'hex'),
        locate: (offset) => run.locate(start + phase + 2 * offset),
      })
    }
    return end
  })
}
