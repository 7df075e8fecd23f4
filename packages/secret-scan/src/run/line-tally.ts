/** Where a byte lies, counted from the first byte of a stretch. */
export interface RelativePlace {
  /** Line ends between the two. */
  readonly lines: number
  /** Bytes since the last of those line ends, or since the first byte of the stretch. */
  readonly column: number
}

const NEWLINE = 0x0a

/** Where `to` lies, counted from `from`. */
export function placeBetween(bytes: Buffer, from: number, to: number): RelativePlace {
  let lines = 0
  let lineStart = from
  for (let at = bytes.indexOf(NEWLINE, from); at !== -1 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) {
    lines += 1
    lineStart = at + 1
  }
  return { lines, column: to - lineStart }
}

/** The place `inner` steps behind the place `outer`. */
export function addPlaces(outer: RelativePlace, inner: RelativePlace): RelativePlace {
  if (inner.lines === 0) return { lines: outer.lines, column: outer.column + inner.column }
  return { lines: outer.lines + inner.lines, column: inner.column }
}
