import { type ByteSet, byteSet } from './byte-runs.ts'

/** Encoded text without the line ends that `base64` and `xxd` put into it. */
export interface FoldedRun {
  readonly characters: Buffer
  /** Where the run ends in the text that was given. */
  readonly end: number
  /** Offset in that text of a character. */
  locate(character: number): number
}

interface Piece {
  readonly start: number
  readonly end: number
}

const LONGEST_FOLD = 80
const SPACE: ByteSet = byteSet(' \t\r\n')
const NEWLINE = 0x0a

/** Joins the lines of a run: each but the last is a run itself, and only white space with a line end lies between them. */
export function unfold(bytes: Buffer, first: Piece, { set, shortest }: { set: ByteSet; shortest: number }): FoldedRun {
  const pieces = [first]
  let last = first
  while (last.end - last.start >= shortest) {
    const start = nextLine(bytes, last.end)
    let end = start
    while (set[bytes[end] ?? 0] === 1) end++
    if (end === start) break
    last = { start, end }
    pieces.push(last)
  }
  const slices = pieces.map((piece) => bytes.subarray(piece.start, piece.end))
  return {
    characters: slices.length === 1 ? bytes.subarray(first.start, first.end) : Buffer.concat(slices),
    end: last.end,
    locate: (character) => locate(pieces, character),
  }
}

/** Where the text goes on behind white space with a line end, or `from` when there is none. */
function nextLine(bytes: Buffer, from: number): number {
  let at = from
  let isFolded = false
  while (at - from < LONGEST_FOLD && SPACE[bytes[at] ?? 0] === 1) {
    isFolded ||= bytes[at] === NEWLINE
    at++
  }
  return isFolded ? at : from
}

function locate(pieces: readonly Piece[], character: number): number {
  let rest = character
  for (const { start, end } of pieces) {
    if (rest < end - start) return start + rest
    rest -= end - start
  }
  return (pieces.at(-1)?.end ?? 1) - 1
}
