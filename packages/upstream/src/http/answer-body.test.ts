import { describe, expect, it } from 'vitest'
import { AnswerBody } from './answer-body.ts'

interface Watched {
  readonly body: AnswerBody
  /** What the body asked of its request, in order. */
  readonly asked: string[]
}

function watched(): Watched {
  const asked: string[] = []
  const note = (word: string) => (): void => void asked.push(word)
  const waiting = (isWaiting: boolean): void => void asked.push(isWaiting ? 'waiting' : 'served')
  return { asked, body: new AnswerBody({ pause: note('pause'), resume: note('resume'), cancel: note('cancel'), waiting }) }
}

const chunk = (size: number): Uint8Array => new Uint8Array(size)
const LARGE = 200 * 1024

describe('AnswerBody', () => {
  it('gives what came before its reader and what comes after', async () => {
    const { body, asked } = watched()
    body.push(Uint8Array.of(1))
    const reader = body[Symbol.asyncIterator]()
    expect(await reader.next()).toEqual({ done: false, value: [Uint8Array.of(1)] })
    const next = reader.next()
    body.push(Uint8Array.of(2))
    body.push(Uint8Array.of(3))
    expect(await next).toEqual({ done: false, value: [Uint8Array.of(2), Uint8Array.of(3)] })
    body.finish()
    expect(await reader.next()).toEqual({ done: true, value: undefined })
    expect(asked).toEqual(['waiting', 'served'])
  })

  it('pauses when its reader is slow, and goes on when everything was read', async () => {
    const { body, asked } = watched()
    const reader = body[Symbol.asyncIterator]()
    for (let index = 0; index < 3; index++) body.push(chunk(LARGE))
    expect(asked).toEqual(['pause'])
    expect((await reader.next()).value).toHaveLength(3)
    expect(asked).toEqual(['pause', 'resume'])
  })

  it('gives what it has before it tells what broke', async () => {
    const { body } = watched()
    body.push(Uint8Array.of(1))
    const error = new Error('broken')
    body.finish(error)
    const reader = body[Symbol.asyncIterator]()
    expect((await reader.next()).done).toBe(false)
    await expect(reader.next()).rejects.toBe(error)
  })

  it('tells a reader that waits what broke', async () => {
    const { body } = watched()
    const next = body[Symbol.asyncIterator]().next()
    const error = new Error('broken')
    body.finish(error)
    await expect(next).rejects.toBe(error)
  })

  it('is cancelled when its reader leaves, once, and not after its end', async () => {
    const { body, asked } = watched()
    body.push(chunk(1))
    for await (const _ of body) break
    body.cancel()
    expect(asked).toEqual(['cancel'])
    const ended = watched()
    ended.body.finish()
    ended.body.cancel()
    expect(ended.asked).toEqual([])
  })

  it('holds nothing after it was cancelled', async () => {
    const { body } = watched()
    body.cancel()
    body.push(chunk(LARGE))
    expect(await body[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined })
  })
})
