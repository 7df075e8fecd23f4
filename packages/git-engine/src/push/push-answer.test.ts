import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseRequestId } from '@refward/core-policy'
import type { PushCapabilities } from '@refward/git-wire'
import { LiveSecrets } from '@refward/secret-scan'
import { PushAnswer } from './push-answer.ts'

const SECRET = 'live-credential-0123456789'

function createAnswer(capabilities: Partial<PushCapabilities> = {}): { readonly answer: PushAnswer; readonly written: () => string; readonly ended: () => boolean } {
  const pieces: Buffer[] = []
  let ended = false
  const request = parseRequestId('r-1')
  if (request.kind === 'error') throw new Error('bad id')
  const answer = new PushAnswer({
    sink: {
      write: async (bytes) => void pieces.push(Buffer.from(bytes)),
      end: async () => {
        ended = true
      },
    },
    capabilities: { reportStatus: 'report-status', sideband: true, atomic: false, quiet: false, ...capabilities },
    secrets: new LiveSecrets([Buffer.from(SECRET)]),
    request: request.value,
  })
  return { answer, written: () => Buffer.concat(pieces).toString(), ended: () => ended }
}

describe('what the forge says', () => {
  test('comes through as it is, line by line, also when a character is cut in two', async () => {
    const { answer, written } = createAnswer()
    const text = Buffer.from('Zähle 1%\rZähle 2%\n')
    for (const byte of text) await answer.forward(Buffer.from([byte]))
    await answer.finish({ unpack: 'ok', refs: [] })
    expect(written().replaceAll(/[0-9a-f]{4}\x02/g, '')).toContain('Zähle 1%\rZähle 2%\n')
  })

  test('without a credential, wherever its pieces end', async () => {
    const { answer, written } = createAnswer()
    for (const character of `token ${SECRET} and ${Buffer.from(SECRET).toString('base64')}\n`) await answer.forward(Buffer.from(character))
    await answer.finish({ unpack: 'ok', refs: [] })
    const text = written().replaceAll(/[0-9a-f]{4}\x02/g, '')
    expect(text).toContain('token [masked] and')
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 20))
  })

  test.each([
    ['a colour', '\u001b[31mred', '\\x1b[31mred'],
    ['a title', '\u001b]0;x\u0007', '\\x1b]0;x\\x07'],
    ['a one-byte escape', '\u009b31m', '\\x9b31m'],
    ['text that runs backwards', 'a\u202eb', 'a\\x202eb'],
  ])('without %s', async (_, text, shown) => {
    const { answer, written } = createAnswer()
    await answer.forward(Buffer.from(text))
    await answer.finish({ unpack: 'ok', refs: [] })
    expect(written().replaceAll(/[0-9a-f]{4}\x02/g, '')).toContain(shown)
  })
})

describe('silence', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('is filled every five seconds with what is going on', async () => {
    const { answer, written } = createAnswer()
    answer.begin('scanning')
    await vi.advanceTimersByTimeAsync(4_900)
    expect(written()).toBe('')
    await vi.advanceTimersByTimeAsync(5_200)
    expect(written().match(/refward: scanning\n/g)).toHaveLength(2)
    await answer.finish({ unpack: 'ok', refs: [] })
    const end = written()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(written()).toBe(end)
  })

  test('is filled with empty packets for a client that wants no progress', async () => {
    const { answer, written } = createAnswer({ quiet: true })
    answer.begin('scanning')
    await vi.advanceTimersByTimeAsync(10_100)
    expect(written()).toBe('0005\u00010005\u0001')
    await answer.abandon()
  })

  test('stays silence for a client without a side-band: whatever were written would be taken for the report', async () => {
    const { answer, written, ended } = createAnswer({ sideband: false })
    answer.begin('scanning')
    await answer.line('refward: hello')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(written()).toBe('')
    await answer.finish({ unpack: 'ok', refs: [{ kind: 'ng', name: 'refs/heads/x', reason: 'RW_X' }] })
    expect(written()).toBe('000eunpack ok\n0019ng refs/heads/x RW_X\n0000')
    expect(ended()).toBe(true)
  })
})
