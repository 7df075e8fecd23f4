import { escapeUntrusted } from '@refward/core-policy'

import type { ToldRefusal } from '../gateway/read-refusal.ts'

/** The gateway has said no before anything could be listed; there is nothing more to talk about with git. */
export class ToldByGateway extends Error {
  /** For the terminal; ends with a line end. */
  readonly text: string

  constructor({ code, message, hint, further }: ToldRefusal, requestId: unknown) {
    super(message)
    const more = further.map((line) => `fatal: refward: ${line}\n`).join('')
    const request = typeof requestId === 'string' ? `hint: request ${escapeUntrusted(requestId, 100)}\n` : ''
    this.text = `fatal: refward: ${message} (${code})\n${more}${hint === '' ? '' : `hint: ${hint}\n`}${request}`
  }
}
