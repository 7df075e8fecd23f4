import { RefwardError, quoteUntrusted } from '@refward/core-policy'
import { type GitEnd, GitFailure, saysDiskFull } from '../process/git-end.ts'
import { type PushRefused, pushRefused } from '../push/push-refused.ts'
import type { IntakeLimits } from './receive-pack.ts'

/** Git's words for what an agent did. Anything else that git says is a fault of ours and is not shown. */
const CAUSES: readonly { readonly words: RegExp; readonly kind: 'missing' | 'allocation' | 'input-size' | 'invalid' }[] = [
  { words: /^fatal: pack exceeds maximum allowed size/m, kind: 'input-size' },
  { words: /^fatal: attempting to allocate \d+ over limit \d+/m, kind: 'allocation' },
  { words: /^fatal: pack has \d+ unresolved deltas?/m, kind: 'missing' },
  { words: /^fatal: (?:did not receive expected object|did not read object|Not all child objects of|object of unexpected type)/m, kind: 'missing' },
  { words: /^(?:error: object [0-9a-f]{40}: \w+: |error: |fatal: )(?:.*)$/m, kind: 'invalid' },
]

/** Turns the end of `git index-pack` into what the client may be told. */
export function explainIndexFailure(end: GitEnd, limits: IntakeLimits): PushRefused | RefwardError {
  const cause = new GitFailure('index-pack', end)
  if (saysDiskFull(end)) return new RefwardError('RW_DISK_FULL', {}, { cause })
  if (end.kind === 'timed-out') {
    return pushRefused('RW_LIMIT_TIME', { rule: 'limits.time' }, { what: 'taking in the pack', limit: limits.timeMs / 1000 }, cause)
  }
  if (end.kind === 'flooded') return pushRefused('RW_PACK_INVALID', { rule: 'pack.valid' }, { detail: 'it has too many errors to list' }, cause)
  if (end.kind !== 'exited') return new RefwardError('RW_GIT_FAILED', { command: 'index-pack', detail: 'it was ended' }, { cause })
  return explainWords(end.stderr, limits, cause)
}

function explainWords(stderr: string, limits: IntakeLimits, cause: Error): PushRefused {
  const found = CAUSES.find(({ words }) => words.test(stderr))
  switch (found?.kind) {
    case 'input-size':
      return pushRefused('RW_LIMIT_PACK_BYTES', { rule: 'limits.pack' }, { limit: limits.packBytes }, cause)
    case 'allocation':
      return pushRefused('RW_LIMIT_OBJECT_BYTES', { rule: 'limits.object' }, { ...allocation(stderr), limit: limits.objectBytes }, cause)
    case 'missing':
      return pushRefused('RW_OBJECTS_MISSING', { rule: 'objects.complete' }, { detail: firstLine(stderr) }, cause)
    case 'invalid':
    case undefined:
      return pushRefused('RW_PACK_INVALID', { rule: 'pack.valid' }, { detail: firstLine(stderr) }, cause)
  }
}

/** Git does not say which object it was. */
function allocation(stderr: string): { readonly id: string; readonly size: number } {
  return { id: 'of this push', size: Number(/attempting to allocate (\d{1,15})/.exec(stderr)?.[1] ?? 0) }
}

/** The first thing git complained about: with `--strict` the object and the rule it breaks. Our own paths are left out. */
function firstLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /^(?:error|fatal): /.test(line))
  const line = lines.find((text) => text.startsWith('error: object ')) ?? lines[0] ?? 'it gave no reason'
  return quoteUntrusted(line.replace(/^(?:error|fatal): /, '').replaceAll(/\/\S+/g, '…'))
}
