import { createHmac } from 'node:crypto'
import { GATEWAY_CREDENTIAL_RULE, type Match } from './inspect/inspector.ts'

/** What a finding tells of its secret. */
export interface FindingMarks {
  readonly fingerprint: string
  readonly excerpt: string
}

const MIN_KEY_BYTES = 16
const SHOWN_CHARACTERS = 4
/** One character is shown for every so many, so that most of a short password stays unknown. */
const HIDDEN_PER_SHOWN = 8

/**
 * Marks secrets for findings. The fingerprint is of the secret alone: it stays the same when the secret moves, when it is
 * encoded otherwise, and when another rule or scanner finds it. Without the installation's key nobody can tell whether a
 * guess at the secret is right.
 *
 * @throws RangeError when the key is too short to be one.
 */
export function createMarker(key: Uint8Array): (match: Pick<Match, 'rule' | 'secret'>) => FindingMarks {
  if (key.length < MIN_KEY_BYTES) throw new RangeError(`the fingerprint key has fewer than ${MIN_KEY_BYTES} bytes`)
  const ownKey = Uint8Array.from(key)
  return ({ rule, secret }) => ({
    fingerprint: `rwf1_${createHmac('sha256', ownKey).update('refward secret\0').update(secret, 'latin1').digest('hex').slice(0, 32)}`,
    excerpt: excerpt(secret, rule === GATEWAY_CREDENTIAL_RULE ? 0 : SHOWN_CHARACTERS),
  })
}

function excerpt(secret: string, mostShown: number): string {
  const shown = secret.slice(0, Math.min(mostShown, Math.trunc(secret.length / HIDDEN_PER_SHOWN)))
  return `${/^[\x21-\x7e]*$/.test(shown) ? shown : ''}… (${secret.length} bytes)`
}
