import { MAX_PACKET_LENGTH, hexLength } from './pkt-line.ts'
import { encodeText } from './text.ts'

/** 1 carries the pack or the report, 2 progress for people, 3 the error after which the stream ends. */
export type SidebandChannel = 1 | 2 | 3

/** The longest packet of `side-band` and of `side-band-64k`. */
export type SidebandPacketLength = 1000 | typeof MAX_PACKET_LENGTH

/** An empty packet of channel 1, as git sends it to keep a silent connection alive. */
export const SIDEBAND_KEEPALIVE: Uint8Array = encodeText('0005\x01')

// Four length digits and the channel.
const OVERHEAD = 5

/** The same as {@link renderSideband} in pieces: the heads of the packets, and between them the bytes as they lie, not copied. */
export function* frameSideband(channel: SidebandChannel, data: Uint8Array, packetLength: SidebandPacketLength = MAX_PACKET_LENGTH): Generator<Uint8Array, void, undefined> {
  const room = packetLength - OVERHEAD
  for (let read = 0; read < data.length; read += room) {
    const payload = data.subarray(read, read + room)
    yield encodeText(`${hexLength(payload.length + OVERHEAD)}${String.fromCharCode(channel)}`)
    yield payload
  }
}

/** Wraps bytes in side-band packets, as many as they need, in one buffer: each byte is copied once. */
export function renderSideband(
  channel: SidebandChannel,
  data: Uint8Array,
  packetLength: SidebandPacketLength = MAX_PACKET_LENGTH,
): Uint8Array {
  const room = packetLength - OVERHEAD
  const output = Buffer.allocUnsafe(data.length + Math.ceil(data.length / room) * OVERHEAD)
  let written = 0
  for (let read = 0; read < data.length; read += room) {
    const payload = data.subarray(read, read + room)
    output.write(hexLength(payload.length + OVERHEAD), written, 'latin1')
    output[written + 4] = channel
    output.set(payload, written + OVERHEAD)
    written += OVERHEAD + payload.length
  }
  return output
}
