/** One packet with its true length. A text is sent as it is: nothing is escaped, checked or ended. */
export function pkt(payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload)
  return lyingPkt(bytes.length + 4, bytes)
}

/** One packet that says that it is so long, whatever it is. */
export function lyingPkt(length: number | string, payload: string | Uint8Array): Buffer {
  const head = typeof length === 'string' ? length : length.toString(16).padStart(4, '0')
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(payload)])
}

export const FLUSH: Buffer = Buffer.from('0000')
export const DELIMITER: Buffer = Buffer.from('0001')
export const ZERO: string = '0'.repeat(40)
