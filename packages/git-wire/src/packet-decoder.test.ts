import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { PacketDecoder, type PacketLimits } from './packet-decoder.ts'
import { DELIM_PACKET, FLUSH_PACKET, MAX_PAYLOAD_LENGTH, type Packet, RESPONSE_END_PACKET, encodeData, renderErrorPacket } from './pkt-line.ts'
import { WireFault } from './result.ts'
import type { Parsed } from './result.ts'
import { bytes, cut, cuts, singleBytes } from './testing/feed.ts'

const LIMITS: PacketLimits = { maxPackets: 1000, maxBytes: 1 << 20 }

function decode(chunks: Iterable<Uint8Array>, limits: PacketLimits = LIMITS): Parsed<Packet[]> {
  const decoder = new PacketDecoder(limits)
  const packets: Packet[] = []
  for (const chunk of chunks) {
    decoder.push(chunk)
    for (;;) {
      const next = decoder.read()
      if (next.kind === 'error') return next
      if (next.value === undefined) break
      packets.push(next.value.kind === 'data' ? { kind: 'data', payload: Buffer.from(next.value.payload) } : next.value)
    }
  }
  const ended = decoder.end()
  return ended.kind === 'error' ? ended : { kind: 'ok', value: packets }
}

function data(text: string): Packet {
  return { kind: 'data', payload: bytes(text) }
}

describe('packets that git sends', () => {
  it.each([
    { name: 'the examples of gitprotocol-common', input: '0006a\n0005a000bfoobar\n0004', packets: [data('a\n'), data('a'), data('foobar\n'), data('')] },
    { name: 'the special packets', input: '000000010002', packets: [{ kind: 'flush' }, { kind: 'delim' }, { kind: 'response-end' }] },
    { name: 'a length in upper case, which git reads', input: '000Babcdefg', packets: [data('abcdefg')] },
    { name: 'nothing', input: '', packets: [] },
  ])('$name', ({ input, packets }) => {
    expect(decode([bytes(input)])).toEqual({ kind: 'ok', value: packets })
    expect(decode(singleBytes(bytes(input)))).toEqual({ kind: 'ok', value: packets })
  })
})

describe('malformed packets', () => {
  it.each([
    { name: 'reserved length three', input: '0003', code: 'packet-header', message: '"0003" is not a packet length' },
    { name: 'length with a sign, which strtol would read', input: '-005a', code: 'packet-header', message: '"-005" is not a packet length' },
    { name: 'length with a base prefix', input: '0x05a', code: 'packet-header', message: '"0x05" is not a packet length' },
    { name: 'length with a space', input: ' 005a', code: 'packet-header', message: '" 005" is not a packet length' },
    { name: 'length that would be one with its bad digit read as minus one', input: '1z05', code: 'packet-header', message: '"1z05" is not a packet length' },
    { name: 'a pack in the place of a packet', input: 'PACK\0\0\0\x02', code: 'packet-header', message: '"PACK" is not a packet length' },
    { name: 'terminal escapes, which must not reach a log', input: '\x1b[2J', code: 'packet-header', message: String.raw`"\x1b[2J" is not a packet length` },
    { name: 'one byte too long', input: 'fff1', code: 'packet-length', message: 'a packet of 65521 bytes is too long' },
    { name: 'the longest length', input: 'ffff', code: 'packet-length', message: 'a packet of 65535 bytes is too long' },
    { name: 'header cut off', input: '000', code: 'truncated', message: 'the input ends inside a packet' },
    { name: 'payload cut off', input: '0008abc', code: 'truncated', message: 'the input ends inside a packet' },
  ])('$name', ({ input, code, message }) => {
    expect(decode([bytes(input)])).toMatchObject({ kind: 'error', error: { code, message } })
    expect(decode(singleBytes(bytes(input)))).toMatchObject({ kind: 'error', error: { code, message } })
  })

  it('are final: the decoder gives the same error whatever follows', () => {
    const decoder = new PacketDecoder(LIMITS)
    decoder.push(bytes('zzzz'))
    const failure = decoder.read()
    decoder.push(bytes('0000'))
    expect(decoder.read()).toBe(failure)
    expect(decoder.end()).toBe(failure)
  })

  it('tells where in the stream the packet at fault began', () => {
    expect(decode([bytes('0006a\n0005a'), bytes('zzzz')])).toMatchObject({ error: { code: 'packet-header', offset: 11 } })
  })
})

describe('limits', () => {
  it.each([
    { name: 'endless flush packets', input: '0000'.repeat(11), limits: { maxPackets: 10, maxBytes: 1000 }, code: 'too-many' },
    { name: 'endless empty packets', input: '0004'.repeat(11), limits: { maxPackets: 10, maxBytes: 1000 }, code: 'too-many' },
    { name: 'more bytes than allowed', input: '000aabcdef'.repeat(3), limits: { maxPackets: 10, maxBytes: 29 }, code: 'too-large' },
    { name: 'a long packet that is announced only', input: 'fff0', limits: { maxPackets: 10, maxBytes: 1000 }, code: 'too-large' },
  ])('$name', ({ input, limits, code }) => {
    expect(decode([bytes(input)], limits)).toMatchObject({ kind: 'error', error: { code } })
  })

  it('takes exactly what is allowed', () => {
    expect(decode([bytes('000aabcdef'.repeat(3))], { maxPackets: 3, maxBytes: 30 })).toMatchObject({ kind: 'ok' })
  })

  it('copies a packet that comes in single bytes a few times over, not once for every byte', () => {
    const packet = encodeData(Buffer.alloc(MAX_PAYLOAD_LENGTH, 0x61))
    const copies = vi.spyOn(Uint8Array.prototype, 'set')
    decode(singleBytes(packet))
    const copied = copies.mock.calls.reduce((sum, [source]) => sum + source.length, 0)
    expect(copied).toBeGreaterThanOrEqual(packet.length - 1)
    expect(copied).toBeLessThan(packet.length * 4)
  })
})

describe('the rest of the stream', () => {
  it('is what follows the last packet that was read, as a view into its chunk', () => {
    const chunk = bytes('0006a\n0000PACK')
    const decoder = new PacketDecoder(LIMITS)
    decoder.push(chunk)
    decoder.read()
    decoder.read()
    const rest = decoder.takeRest()
    expect(rest).toEqual(bytes('PACK'))
    expect(rest.buffer).toBe(chunk.buffer)
    expect(decoder.end()).toEqual({ kind: 'ok', value: undefined })
  })

  it('leaves earlier payloads as they were while more bytes arrive', () => {
    const decoder = new PacketDecoder(LIMITS)
    decoder.push(bytes('00'))
    decoder.push(bytes('08abcd00'))
    const first = decoder.read()
    for (const byte of singleBytes(bytes('08efgh0008ijkl'))) decoder.push(byte)
    expect(first).toMatchObject({ kind: 'ok', value: { payload: bytes('abcd') } })
  })
})

const packets = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((payload): Packet => ({ kind: 'data', payload: Buffer.from(payload) })),
    fc.constantFrom<Packet>({ kind: 'flush' }, { kind: 'delim' }, { kind: 'response-end' }),
  ),
  { maxLength: 20 },
)

function encode(packet: Packet): Uint8Array {
  switch (packet.kind) {
    case 'data':
      return encodeData(packet.payload)
    case 'flush':
      return FLUSH_PACKET
    case 'delim':
      return DELIM_PACKET
    case 'response-end':
      return RESPONSE_END_PACKET
  }
}

describe('properties', () => {
  it('reads back what was encoded, however it is cut', () => {
    fc.assert(
      fc.property(packets, cuts, (list, places) => {
        expect(decode(cut(Buffer.concat(list.map(encode)), places))).toEqual({ kind: 'ok', value: list })
      }),
    )
  })

  it('gives one result for any bytes, however they are cut', () => {
    const digits = fc.array(fc.constantFrom('0', '0', '0', '1', '8', 'f'), { maxLength: 60 }).map((list) => bytes(list.join('')))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), digits), cuts, (input, places) => {
        expect(decode(cut(input, places))).toEqual(decode([input]))
      }),
    )
  })
})

describe('encoding', () => {
  it('refuses what does not fit a packet', () => {
    expect(encodeData(Buffer.alloc(MAX_PAYLOAD_LENGTH)).subarray(0, 4)).toEqual(bytes('fff0'))
    expect(() => encodeData(Buffer.alloc(MAX_PAYLOAD_LENGTH + 1))).toThrow(WireFault)
  })

  it('writes an error of several lines, and refuses one that would reach the terminal of the client', () => {
    expect(renderErrorPacket('no\nnever')).toEqual(bytes('0010ERR no\nnever'))
    expect(() => renderErrorPacket('\x1b[2J')).toThrow('has control bytes')
  })
})
