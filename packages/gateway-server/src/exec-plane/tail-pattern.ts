/** One place of a pattern: any run of bytes, or one byte out of a set. */
export type TailPart = { readonly kind: 'star' } | { readonly kind: 'set'; readonly has: (byte: number) => boolean }

const [STAR, MARK, OPEN, CLOSE, BACKSLASH, DASH, BANG, CARET, COLON] = Buffer.from('*?[]\\-!^:', 'latin1')

/** As git's own ctype.c, which knows ASCII alone. */
const CLASSES: ReadonlyMap<string, (byte: number) => boolean> = new Map([
  ['alnum', (byte) => isLetter(byte) || isBetween(byte, '0', '9')],
  ['alpha', isLetter],
  ['blank', (byte) => byte === 0x20 || byte === 0x09],
  ['cntrl', (byte) => byte < 0x20 || byte === 0x7f],
  ['digit', (byte) => isBetween(byte, '0', '9')],
  ['graph', (byte) => byte > 0x20 && byte < 0x7f],
  ['lower', (byte) => isBetween(byte, 'a', 'z')],
  ['print', (byte) => byte >= 0x20 && byte < 0x7f],
  ['punct', (byte) => byte > 0x20 && byte < 0x7f && !isLetter(byte) && !isBetween(byte, '0', '9')],
  ['space', (byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d],
  ['upper', (byte) => isBetween(byte, 'A', 'Z')],
  ['xdigit', (byte) => isBetween(byte, '0', '9') || isBetween(byte, 'a', 'f') || isBetween(byte, 'A', 'F')],
])

/** Reads a pattern as git's wildmatch does, byte by byte. `undefined`: it is none, and matches nothing. */
export function parseTailPattern(pattern: string): readonly TailPart[] | undefined {
  const bytes = Buffer.from(pattern, 'utf8')
  const parts: TailPart[] = []
  for (let at = 0; at < bytes.length; ) {
    const read = readPart(bytes, at)
    if (read === undefined) return undefined
    parts.push(read.part)
    at = read.end
  }
  return parts
}

interface Read {
  readonly part: TailPart
  /** Behind it. */
  readonly end: number
}

function readPart(bytes: Uint8Array, at: number): Read | undefined {
  switch (bytes[at]) {
    case STAR:
      return { part: { kind: 'star' }, end: at + 1 }
    case MARK:
      return { part: { kind: 'set', has: () => true }, end: at + 1 }
    case OPEN:
      return readSet(bytes, at + 1)
    case BACKSLASH:
      return at + 1 < bytes.length ? { part: only(bytes[at + 1]), end: at + 2 } : undefined
    default:
      return { part: only(bytes[at]), end: at + 1 }
  }
}

function only(wanted: number | undefined): TailPart {
  return { kind: 'set', has: (byte) => byte === wanted }
}

/** From behind the bracket on. What stands first is never its end: `[]a]` has two members. */
function readSet(bytes: Uint8Array, start: number): Read | undefined {
  const negated = bytes[start] === BANG || bytes[start] === CARET
  const tests: ((byte: number) => boolean)[] = []
  let previous: number | undefined
  let at = negated ? start + 1 : start
  do {
    const member = readMember(bytes, at, previous)
    if (member === undefined) return undefined
    tests.push(member.has)
    previous = member.last
    at = member.end
  } while (bytes[at] !== CLOSE)
  return { part: { kind: 'set', has: (byte) => tests.some((test) => test(byte)) !== negated }, end: at + 1 }
}

interface Member {
  readonly has: (byte: number) => boolean
  /** What a range behind it would begin with. */
  readonly last: number | undefined
  readonly end: number
}

function readMember(bytes: Uint8Array, at: number, previous: number | undefined): Member | undefined {
  if (at >= bytes.length) return undefined
  if (bytes[at] === DASH && previous !== undefined && at + 1 < bytes.length && bytes[at + 1] !== CLOSE) return readRange(bytes, at + 1, previous)
  if (bytes[at] === OPEN && bytes[at + 1] === COLON) return readClass(bytes, at)
  const escaped = bytes[at] === BACKSLASH ? at + 1 : at
  const wanted = bytes[escaped]
  return wanted === undefined ? undefined : { has: (byte) => byte === wanted, last: wanted, end: escaped + 1 }
}

function readRange(bytes: Uint8Array, at: number, first: number): Member | undefined {
  const escaped = bytes[at] === BACKSLASH ? at + 1 : at
  const last = bytes[escaped]
  return last === undefined ? undefined : { has: (byte) => byte >= first && byte <= last, last: undefined, end: escaped + 1 }
}

/** `[:alpha:]` within a set. Without a colon at its end it is no class, and the bracket a member like others. */
function readClass(bytes: Uint8Array, at: number): Member | undefined {
  const end = bytes.indexOf(']'.charCodeAt(0), at + 2)
  if (end < 0) return undefined
  if (end - 1 < at + 2 || bytes[end - 1] !== COLON) return { has: (byte) => byte === OPEN, last: OPEN, end: at + 1 }
  const has = CLASSES.get(Buffer.from(bytes.subarray(at + 2, end - 1)).toString('latin1'))
  return has === undefined ? undefined : { has, last: undefined, end: end + 1 }
}

function isLetter(byte: number): boolean {
  return isBetween(byte, 'a', 'z') || isBetween(byte, 'A', 'Z')
}

function isBetween(byte: number, first: string, last: string): boolean {
  return byte >= first.charCodeAt(0) && byte <= last.charCodeAt(0)
}
