import { RefwardError } from '@refward/core-policy'
import { type EventParser, type ReceivePackEvent, type ReceivePackRequest, type WireError, createReceivePackRequestParser } from '@refward/git-wire'
import { pushRefused } from './push-refused.ts'
import type { PushSource } from './push-types.ts'

/** How much of a request that is refused is still read, so that the client gets to hear why. */
export interface DrainLimits {
  readonly bytes: number
  /** Milliseconds on the clock of {@link PushBody}. */
  readonly deadline: number
  readonly now: () => number
}

/** The body of one push: the commands, then the pack, each read once. Never closes its source: what is left can be drained. */
export class PushBody implements PushSource {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #parser: EventParser<ReceivePackEvent> = createReceivePackRequestParser()
  #ready: ReceivePackEvent[] = []
  #state: 'open' | 'ended' | 'parsed' = 'open'

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /**
   * The commands, or `probe` when the whole body was one flush.
   *
   * @throws RefwardError for what is not of the protocol: there is no one yet who could be answered in it.
   */
  async readCommands(): Promise<ReceivePackRequest | 'probe'> {
    const event = await this.#next((error) => requestFault(error))
    if (event?.kind === 'probe') return 'probe'
    if (event?.kind !== 'commands') throw new RefwardError('RW_PROTOCOL_MALFORMED', { detail: 'the request has no commands' })
    return event.request
  }

  /** The pack, in the pieces in which it comes. */
  async *pack(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const event = await this.#next(packFault)
      if (event === undefined) return
      if (event.kind === 'data') yield event.data
    }
  }

  /** Reads what is left and throws it away. @returns false when it is more than the limits allow, or the client went away. */
  async drain({ bytes, deadline, now }: DrainLimits): Promise<boolean> {
    let left = bytes
    while (this.#state === 'open') {
      if (left < 0 || now() > deadline) return false
      const next = await this.#source.next().catch(() => undefined)
      if (next === undefined) return false
      if (next.done === true) this.#state = 'ended'
      else left -= next.value.length
    }
    return true
  }

  async #next(explain: (error: WireError) => Error): Promise<ReceivePackEvent | undefined> {
    while (this.#ready.length === 0 && this.#state !== 'parsed') {
      const chunk = this.#state === 'open' ? await this.#read() : undefined
      if (chunk === undefined) this.#state = 'parsed'
      const parsed = chunk === undefined ? this.#parser.end() : this.#parser.push(chunk)
      if (parsed.kind === 'error') throw explain(parsed.error)
      this.#ready.push(...parsed.value)
    }
    return this.#ready.shift()
  }

  async #read(): Promise<Uint8Array | undefined> {
    const next = await this.#source.next().catch((error: unknown) => {
      this.#state = 'ended'
      if (error instanceof RefwardError) throw error
      throw new RefwardError('RW_PUSH_INTERRUPTED', { detail: 'the client went away' }, { cause: error })
    })
    if (next.done !== true) return next.value
    this.#state = 'ended'
    return undefined
  }
}

function requestFault({ code, message }: WireError): RefwardError {
  switch (code) {
    case 'push-options':
      return new RefwardError('RW_PUSH_OPTIONS', {})
    case 'push-certificate':
      return new RefwardError('RW_PUSH_CERT', {})
    case 'object-format':
      return new RefwardError('RW_OBJECT_FORMAT', { format: 'sha256' })
    default:
      return new RefwardError('RW_PROTOCOL_MALFORMED', { detail: message })
  }
}

function packFault({ message }: WireError): Error {
  return pushRefused('RW_PACK_INVALID', { rule: 'pack.valid' }, { detail: message })
}
