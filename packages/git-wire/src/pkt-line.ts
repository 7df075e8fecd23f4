import { WireFault } from './result.ts'
import { encodeText, hasControl, quote } from './text.ts'

/** One packet of git's framing. `payload` of a data packet is a view into the chunk that brought it. */
export type Packet =
  | { readonly kind: 'data'; readonly payload: Uint8Array }
  | { readonly kind: 'flush' }
  | { readonly kind: 'delim' }
  | { readonly kind: 'response-end' }

/** The longest packet, its four length digits included. */
export const MAX_PACKET_LENGTH = 65_520
/** The most bytes that one packet carries. */
export const MAX_PAYLOAD_LENGTH = 65_516

/** Ends a message. */
export const FLUSH_PACKET: Uint8Array = encodeText('0000')
/** Separates the sections of a protocol v2 message. */
export const DELIM_PACKET: Uint8Array = encodeText('0001')
/** Ends a response on a stateless connection. */
export const RESPONSE_END_PACKET: Uint8Array = encodeText('0002')

/** Four hexadecimal digits. */
export function hexLength(length: number): string {
  return (0x1_0000 + length).toString(16).slice(1)
}

/** A data packet of exactly these bytes; nothing is added, not even a LF. */
export function encodeData(payload: Uint8Array | string): Uint8Array {
  const bytes = typeof payload === 'string' ? encodeText(payload) : payload
  assertFits(bytes.length)
  const packet = Buffer.allocUnsafe(bytes.length + 4)
  packet.write(hexLength(packet.length), 0, 'latin1')
  packet.set(bytes, 4)
  return packet
}

/**
 * The text of one packet with a line of text and its LF. A control byte inside would be read as another line, or as the
 * start of capabilities, so it is a fault.
 */
export function line(text: string): string {
  if (hasControl(text)) throw new WireFault('malformed-line', `line ${quote(text)} has control bytes`)
  return rawLine(`${text}\n`)
}

/** The text of one packet with exactly this content. */
export function rawLine(content: string): string {
  const length = Buffer.byteLength(content)
  assertFits(length)
  return hexLength(length + 4) + content
}

/**
 * Refuses a whole request, in the place of any packet; git shows it as `fatal: remote error: <message>`. The message may have
 * several lines, separated by LF.
 */
export function renderErrorPacket(message: string): Uint8Array {
  if (hasControl(message.replaceAll('\n', ''))) throw new WireFault('malformed-line', `error ${quote(message)} has control bytes`)
  return encodeText(rawLine(`ERR ${message}`))
}

function assertFits(length: number): void {
  if (length > MAX_PAYLOAD_LENGTH) throw new WireFault('packet-length', `a payload of ${length} bytes does not fit a packet`)
}
