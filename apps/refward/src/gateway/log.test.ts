import { describe, expect, it } from 'vitest'

import { createLog } from './log.ts'

function record(): { readonly lines: string[]; readonly log: ReturnType<typeof createLog> } {
  const lines: string[] = []
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) }, mask: (text) => text.replaceAll('hunter2hunter2', '[masked]') })
  return { lines, log }
}

describe('the log', () => {
  it('writes one JSON object a line, with its level and time', () => {
    const { lines, log } = record()
    log.info({ request_id: 'r1' }, 'request')
    log.debug({}, 'not asked for')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', request_id: 'r1', msg: 'request', time: expect.stringMatching(/^\d{4}-.*Z$/) as unknown })
  })

  it('shows no credential and no terminal sequence of an error, nor of its causes', () => {
    const { lines, log } = record()
    const cause = new Error('401 for hunter2hunter2 \u001b[2J')
    log.error({ err: new Error('the forge said hunter2hunter2', { cause }) }, 'failed')
    expect(lines.join('')).not.toContain('hunter2')
    expect(lines.join('')).not.toContain('\u001b')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { type: 'Error', message: 'the forge said [masked]', cause: { message: String.raw`401 for [masked] \x1b[2J` } } })
  })

  it('ends with causes that are each other', () => {
    const { lines, log } = record()
    const error: Error & { cause?: unknown } = new Error('round')
    error.cause = error
    log.error({ err: error }, 'failed')
    expect(lines).toHaveLength(1)
  })
})
