import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_PACKET_LENGTH } from './pkt-line.ts'
import { SIDEBAND_KEEPALIVE, type SidebandChannel, renderSideband } from './side-band.ts'
import { SidebandDemux, type SidebandEvent } from './side-band-demux.ts'
import { bytes, cut, cuts, damaged, feedEvents, singleBytes } from './testing/feed.ts'

const FLUSH = bytes('0000')

describe('multiplexing', () => {
  it('writes channel, length and payload', () => {
    expect(renderSideband(2, bytes('working'))).toEqual(bytes('000c\x02working'))
  })

  it('writes nothing for nothing', () => {
    expect(renderSideband(1, bytes(''))).toEqual(bytes(''))
  })

  it.each([
    { name: 'side-band', length: 1000 as const, header: '03e8\x01' },
    { name: 'side-band-64k', length: MAX_PACKET_LENGTH, header: 'fff0\x01' } as const,
  ])('fills the packets of $name', ({ length, header }) => {
    const output = renderSideband(1, Buffer.alloc(2 * (length - 5) + 1, 7), length)
    expect(output.length).toBe(2 * length + 6)
    expect(output.subarray(0, 5)).toEqual(bytes(header))
    expect(output.subarray(length, length + 5)).toEqual(bytes(header))
    expect(output.subarray(2 * length)).toEqual(bytes('0006\x01\x07'))
  })
})

describe('demultiplexing', () => {
  it('separates the channels in their order, and drops keep-alives', () => {
    const stream = bytes('0009\x01PACK000a\x02half \x30\x30\x30\x35\x01000a\x02done\n0006\x01!0000')
    const expected = [
      { kind: 'data', data: bytes('PACK') },
      { kind: 'progress', data: bytes('half done\n') },
      { kind: 'data', data: bytes('!') },
    ]
    expect(feedEvents(new SidebandDemux(), [stream])).toEqual({ kind: 'ok', value: expected })
    expect(feedEvents(new SidebandDemux(), singleBytes(stream))).toEqual({ kind: 'ok', value: expected })
    expect(SIDEBAND_KEEPALIVE).toEqual(bytes('0005\x01'))
  })

  it('hands a pack on as views, without a copy', () => {
    const stream = Buffer.concat([renderSideband(1, Buffer.alloc(200_000, 1)), FLUSH])
    const result = new SidebandDemux().push(stream)
    const events = result.kind === 'ok' ? result.value : []
    expect(events.length).toBe(4)
    for (const event of events) expect(event.kind === 'data' && event.data.buffer === stream.buffer).toBe(true)
  })

  it('ends with the error of channel 3 and looks at nothing behind it', () => {
    const stream = bytes('0009\x01PACK0010\x03disk full\n\nzzzz')
    const expected = [{ kind: 'data', data: bytes('PACK') }, { kind: 'fatal', message: 'disk full\n' }]
    expect(feedEvents(new SidebandDemux(), [stream])).toEqual({ kind: 'ok', value: expected })
    expect(feedEvents(new SidebandDemux(), singleBytes(stream))).toEqual({ kind: 'ok', value: expected })
  })
})

describe('malformed side-bands', () => {
  it.each([
    { name: 'a packet without channel', input: '0004', code: 'side-band', message: 'a side-band packet has no channel' },
    { name: 'channel zero', input: '0006\0x', code: 'side-band', message: 'there is no side-band channel 0' },
    { name: 'channel four', input: '0006\x04x', code: 'side-band', message: 'there is no side-band channel 4' },
    { name: 'plain text in the place of a channel', input: '0009unpac', code: 'side-band', message: 'there is no side-band channel 117' },
    { name: 'plain text that begins like an error', input: '0009ECHO!', code: 'side-band', message: 'there is no side-band channel 69' },
    { name: 'an error line of the server', input: '000bERR no\n', code: 'remote-error', message: 'the peer answered with the error "no"' },
    { name: 'a delimiter', input: '0001', code: 'unexpected-packet', message: 'packet "0001" has no place in a side-band stream' },
    { name: 'a response end', input: '0002', code: 'unexpected-packet', message: 'packet "0002" has no place in a side-band stream' },
    { name: 'a length that is none', input: 'PACK', code: 'packet-header', message: '"PACK" is not a packet length' },
    { name: 'a length of three', input: '0003', code: 'packet-header', message: '"0003" is not a packet length' },
    { name: 'a packet that is too long', input: 'fff1\x01', code: 'packet-length', message: 'a packet of 65521 bytes is too long' },
    { name: 'bytes behind the flush', input: '00000000', code: 'trailing-data', message: 'bytes follow the end of the side-band stream' },
    { name: 'no flush', input: '0006\x01x', code: 'truncated', message: 'the side-band stream ends without a flush' },
    { name: 'payload cut off', input: '0009\x01PA', code: 'truncated', message: 'the side-band stream ends without a flush' },
  ])('$name', ({ input, code, message }) => {
    expect(feedEvents(new SidebandDemux(), [bytes(input)])).toMatchObject({ kind: 'error', error: { code, message } })
    expect(feedEvents(new SidebandDemux(), singleBytes(bytes(input)))).toMatchObject({ kind: 'error', error: { code, message } })
  })
})

const pieces = fc.array(
  fc.record({ channel: fc.constantFrom<SidebandChannel>(1, 2), data: fc.uint8Array({ minLength: 1, maxLength: 1200 }) }),
  { maxLength: 6 },
)

describe('properties', () => {
  it('demultiplexes what was multiplexed, however it is cut', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom(1000 as const, MAX_PACKET_LENGTH), cuts, (list, length, places) => {
        const stream = Buffer.concat([...list.map(({ channel, data }) => renderSideband(channel, data, length)), FLUSH])
        const events = list.map(({ channel, data }): SidebandEvent => ({ kind: channel === 1 ? 'data' : 'progress', data }))
        const wanted = feedEvents({ push: () => ({ kind: 'ok', value: events }), end: () => ({ kind: 'ok', value: [] }), done: true }, [FLUSH])
        expect(feedEvents(new SidebandDemux(), cut(stream, places))).toEqual(wanted)
      }),
    )
  })

  it('gives one result for any bytes, however they are cut', () => {
    const valid = pieces.map((list) => Buffer.concat([...list.map(({ channel, data }) => renderSideband(channel, data.subarray(0, 20))), FLUSH]))
    fc.assert(
      fc.property(damaged(valid), cuts, (input, places) => {
        const whole = feedEvents(new SidebandDemux(), [input])
        expect(feedEvents(new SidebandDemux(), cut(input, places))).toEqual(whole)
        expect(feedEvents(new SidebandDemux(), singleBytes(input))).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })
})
