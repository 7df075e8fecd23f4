import { createHash, timingSafeEqual } from 'node:crypto'

import type { SessionId } from '@refward/core-policy'

/** Bytes of chance in a session's id: enough that two never meet. */
const idBytes = 10
/** Bytes of chance in a session's secret: 256 bits. */
const secretBytes = 32

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const tokenPattern = /^rfw_([a-z2-7]{16})_[a-z2-7]{52}$/

/**
 * The shape of a session token, `rfw_<id>_<secret>`, for secret scanners: a fixed prefix and fixed lengths, nothing that a URL, a
 * shell or a configuration file would need quoted, and no letter case to lose.
 */
export const sessionTokenPattern = 'rfw_[a-z2-7]{16}_[a-z2-7]{52}'

export interface MintedToken {
  readonly id: SessionId
  readonly token: string
  readonly hash: Uint8Array
}

export function mintToken(randomBytes: (size: number) => Uint8Array): MintedToken {
  const id = renderBase32(randomBytes(idBytes))
  const token = `rfw_${id}_${renderBase32(randomBytes(secretBytes))}`
  return { id: id as SessionId, token, hash: hashToken(token) }
}

/** The id part of a well-formed token. It proves nothing: it is where to look. */
export function parseTokenId(token: string): SessionId | undefined {
  return tokenPattern.exec(token)?.[1] as SessionId | undefined
}

/** A plain hash is enough: 256 random bits cannot be guessed, so there is nothing for a slow hash to slow down. */
export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** Takes the same time wherever the two differ, so a wrong token teaches nothing about the right one. */
export function sameHash(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && timingSafeEqual(left, right)
}

function renderBase32(bytes: Uint8Array): string {
  let text = ''
  let pending = 0
  let bits = 0
  for (const byte of bytes) {
    pending = (pending << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet.charAt((pending >> (bits - 5)) & 31)
    pending &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + alphabet.charAt((pending << (5 - bits)) & 31)
}
