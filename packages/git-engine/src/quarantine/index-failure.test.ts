import { describe, expect, test } from 'vitest'
import type { GitEnd } from '../process/git-end.ts'
import { PushRefused } from '../push/push-refused.ts'
import { explainIndexFailure } from './index-failure.ts'

const limits = { packBytes: 1024, objects: 10, objectBytes: 2048, timeMs: 5000 }
const exited = (stderr: string): GitEnd => ({ kind: 'exited', code: 128, stderr })

function explain(end: GitEnd): { readonly code: string; readonly message: string } {
  const error = explainIndexFailure(end, limits)
  const [refusal] = error instanceof PushRefused ? error.refusals : [error]
  return { code: refusal?.code ?? '', message: refusal?.message ?? '' }
}

describe('explainIndexFailure', () => {
  const id = 'a'.repeat(40)
  test.each([
    ['a full disk', exited('fatal: unable to write file /data/q/pack/tmp_pack_x: No space left on device'), 'RW_DISK_FULL', 'disk'],
    ['a quota', exited('error: file write error: Disk quota exceeded\nfatal: write error'), 'RW_DISK_FULL', 'disk'],
    ['too much input', exited('fatal: pack exceeds maximum allowed size (1.00 KiB)'), 'RW_LIMIT_PACK_BYTES', '1 KiB'],
    ['an object that does not fit', exited('fatal: attempting to allocate 4294967296 over limit 67108864'), 'RW_LIMIT_OBJECT_BYTES', '4 GiB'],
    ['a missing delta base', exited('fatal: pack has 3 unresolved deltas'), 'RW_OBJECTS_MISSING', 'unresolved'],
    ['a missing object', exited(`fatal: did not receive expected object ${id}`), 'RW_OBJECTS_MISSING', id],
    ['a rule of fsck', exited(`error: object ${id}: missingEmail: invalid author\nfatal: fsck error in packed object`), 'RW_PACK_INVALID', `object ${id}: missingEmail`],
    ['a broken pack', exited('fatal: inflate: data stream error (incorrect header check)'), 'RW_PACK_INVALID', 'inflate'],
    ['silence', exited(''), 'RW_PACK_INVALID', 'no reason'],
    ['too long', { kind: 'timed-out', stderr: '' }, 'RW_LIMIT_TIME', '5 seconds'],
    ['an endless list of complaints', { kind: 'flooded', stderr: '' }, 'RW_PACK_INVALID', 'too many'],
    ['a crash', { kind: 'signalled', signal: 'SIGSEGV', stderr: '' }, 'RW_GIT_FAILED', 'index-pack'],
  ] as const)('%s', (_, end, code, words) => {
    const explained = explain(end)
    expect(explained.code).toBe(code)
    expect(explained.message).toContain(words)
  })

  test('does not show where the gateway keeps its files, nor control characters', () => {
    const { message } = explain(exited('fatal: cannot open /data/quarantine/0123/pack/\u001b[31mx\n'))
    expect(message).not.toContain('/data')
    expect(message).not.toContain('\u001b')
  })
})
