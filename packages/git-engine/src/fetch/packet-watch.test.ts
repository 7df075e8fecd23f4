import { encodeData, renderSideband } from '@refward/git-wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PacketWatch } from './packet-watch.ts'

const packet = fc.oneof(
  fc.constantFrom('0000', '0001', '0004').map((text) => Buffer.from(text)),
  fc.constantFrom('packfile\n', 'NAK\n', 'ACK x\n').map((text) => Buffer.from(encodeData(text))),
  fc.tuple(fc.constantFrom(1 as const, 2 as const), fc.uint8Array({ minLength: 1, maxLength: 40 })).map(([channel, data]) => Buffer.from(renderSideband(channel, data))),
)

/** Cuts bytes in pieces at the given distances. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const found: Buffer[] = []
  let at = 0
  for (const cut of cuts) {
    found.push(bytes.subarray(at, at + cut))
    at += cut
  }
  return [...found, bytes.subarray(at)]
}

test('everything passes unchanged, however it is cut, and every end is a boundary', () => {
  fc.assert(
    fc.property(fc.array(packet), fc.array(fc.nat(9)), (packets, cuts) => {
      const watch = new PacketWatch()
      const bytes = Buffer.concat(packets)
      expect(Buffer.concat(pieces(bytes, cuts).map((piece) => watch.pass(piece)))).toEqual(bytes)
      expect(watch.place).not.toBe('packet')
      expect(watch.gaveUp).toBe(false)
    }),
  )
})

test('the packet with which git gives up is held back, however it is cut', () => {
  const fatal = fc.constantFrom(Buffer.from(renderSideband(3, Buffer.from('aborting'))), Buffer.from(encodeData('ERR no')))
  fc.assert(
    fc.property(fc.array(packet), fatal, fc.array(fc.nat(9)), (packets, last, cuts) => {
      const watch = new PacketWatch()
      const whole = Buffer.concat(packets)
      expect(Buffer.concat(pieces(Buffer.concat([whole, last]), cuts).map((piece) => watch.pass(piece)))).toEqual(whole)
      expect(watch.gaveUp).toBe(true)
      expect(watch.place).not.toBe('packet')
      expect(watch.pass(Buffer.from('0000'))).toHaveLength(0)
    }),
  )
})

test('it knows where the answer stands', () => {
  const watch = new PacketWatch()
  watch.pass(encodeData('acknowledgments\n'))
  expect(watch.place).toBe('lines')
  watch.pass(encodeData('packfile\n'))
  expect(watch.place).toBe('side-band')
  watch.pass(renderSideband(1, Buffer.alloc(100)).subarray(0, 50))
  expect(watch.place).toBe('packet')
})

test('never throws', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array()), (chunks) => chunks.forEach((chunk) => void new PacketWatch().pass(chunk))))
})
