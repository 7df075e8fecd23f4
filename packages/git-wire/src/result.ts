/**
 * Every way in which bytes can be refused, and what it means. The one table: codes are stable, messages may change.
 */
export const WIRE_ERRORS = {
  'packet-header': 'a packet length is not four hexadecimal digits, or is the reserved 0003',
  'packet-length': 'a packet is longer than the protocol allows',
  truncated: 'the input ends in the middle of a message',
  'too-large': 'a message has more bytes than its limit',
  'too-many': 'a message has more packets than its limit',
  'unexpected-packet': 'a flush, delimiter or data packet stands where the grammar has none',
  'trailing-data': 'bytes follow the end of a message',
  'malformed-line': 'a line does not have the form that its place demands',
  'object-id': 'an object id is not 40 lower-case hexadecimal digits, or is zero where an object is needed',
  'object-format': 'the peer uses SHA-256 or another object format; only SHA-1 is spoken',
  'ref-name': 'a ref name breaks the rules of git check-ref-format, or is not printable ASCII, or is too long',
  capability: 'a capability is malformed, repeated, or has a value where none belongs',
  'unknown-capability': 'a capability was requested that is not offered',
  'unknown-command': 'a protocol v2 command is not known',
  'unknown-argument': 'an argument of a command is not known',
  'duplicate-argument': 'an argument that may stand once stands twice',
  'conflicting-arguments': 'two arguments exclude each other',
  'malformed-number': 'a number is not canonical decimal within its range',
  'malformed-filter': 'an object filter does not parse',
  'unsupported-filter': 'an object filter is of a kind that is not served',
  'no-wants': 'a fetch asks for nothing',
  'no-commands': 'a push updates nothing',
  'duplicate-ref': 'a push names one ref twice',
  'push-certificate': 'a push is signed; push certificates are not accepted',
  'push-options': 'a push wants to send push options; they are not accepted',
  'pack-signature': 'the bytes after the commands are not a pack',
  'pack-version': 'a pack has a version other than 2 or 3',
  'unexpected-pack': 'a push that only deletes carries a pack',
  'side-band': 'a side-band packet has no channel, or one that does not exist',
  service: 'an advertisement is for another service',
  'protocol-version': 'an advertisement is of an unknown protocol version',
  section: 'a section of a response is unknown, repeated or out of order',
  'remote-error': 'the peer answered with an error of its own',
} as const

/** A code of {@link WIRE_ERRORS}. */
export type WireErrorCode = keyof typeof WIRE_ERRORS

/** Why bytes were refused. `message` is lower case, without a final stop, and quotes input escaped and bounded. */
export interface WireError {
  readonly code: WireErrorCode
  readonly message: string
  /** Offset in the stream of the packet at fault, where that is known. */
  readonly offset?: number
  /** With `remote-error`: the peer's own words, decoded as UTF-8 and otherwise as they came. Escape before showing. */
  readonly remote?: string
}

/** A refusal, as a value that fits every {@link Parsed}. */
export interface Failure {
  readonly kind: 'error'
  readonly error: WireError
}

/** What a parser gives: the value, or the reason why there is none. */
export type Parsed<T> = { readonly kind: 'ok'; readonly value: T } | Failure

export function ok<T>(value: T): Parsed<T> {
  return { kind: 'ok', value }
}

export function fail(
  code: WireErrorCode,
  message: string,
  details: { readonly offset?: number; readonly remote?: string } = {},
): Failure {
  return { kind: 'error', error: { code, message, ...details } }
}

/** Thrown by renderers: the caller gave a value that has no form on the wire. A fault of the program, never of a peer. */
export class WireFault extends Error {
  override readonly name = 'WireFault' as const
  readonly code: WireErrorCode

  constructor(code: WireErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
