import { PackStream } from './pack-stream.ts'
import { PacketDecoder, type PacketLimits } from './packet-decoder.ts'
import { type EventParser, unexpected } from './parser.ts'
import { type ReceivePackRequest, RefCommandCollector, sendsPack } from './ref-commands.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'

/** What a request to receive-pack consists of, in order. */
export type ReceivePackEvent =
  /** The whole body was one flush: the client tries whether it may push, before it sends much. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'commands'; readonly request: ReceivePackRequest }
  /** A piece of the pack, a view into the chunk that brought it. */
  | { readonly kind: 'data'; readonly data: Uint8Array }

/** Room for a push of every ref of a large repository from a shallow clone; the pack does not count. */
export const COMMAND_LIMITS: PacketLimits = { maxPackets: 100_000, maxBytes: 16 * 1024 * 1024 }

class ReceivePackRequestParser implements EventParser<ReceivePackEvent> {
  readonly #decoder: PacketDecoder
  readonly #commands = new RefCommandCollector()
  readonly #pack = new PackStream()
  #state: 'commands' | 'probe' | 'pack' | 'no-pack' = 'commands'
  #failure: Failure | undefined

  constructor(limits: PacketLimits) {
    this.#decoder = new PacketDecoder(limits)
  }

  get done(): boolean {
    return this.#state === 'probe' || this.#state === 'no-pack'
  }

  push(chunk: Uint8Array): Parsed<readonly ReceivePackEvent[]> {
    if (this.#failure !== undefined) return this.#failure
    const events: ReceivePackEvent[] = []
    this.#failure = this.#state === 'commands' ? this.#readCommands(chunk, events) : this.#readRest(chunk, events)
    return this.#failure ?? ok(events)
  }

  end(): Parsed<readonly ReceivePackEvent[]> {
    if (this.#failure !== undefined) return this.#failure
    switch (this.#state) {
      case 'commands':
        return fail('truncated', 'the input ends before the commands do')
      case 'probe':
        return ok([{ kind: 'probe' }])
      case 'pack':
        return this.#pack.end()
      case 'no-pack':
        return ok([])
    }
  }

  #readCommands(chunk: Uint8Array, events: ReceivePackEvent[]): Failure | undefined {
    this.#decoder.push(chunk)
    for (;;) {
      const next = this.#decoder.read()
      if (next.kind === 'error') return next
      if (next.value === undefined) return undefined
      if (next.value.kind === 'flush') return this.#endCommands(events) ?? this.#readRest(this.#decoder.takeRest(), events)
      if (next.value.kind !== 'data') return unexpected(next.value, 'the commands of a push')
      const failure = this.#commands.add(next.value.payload)
      if (failure !== undefined) return failure
    }
  }

  #endCommands(events: ReceivePackEvent[]): Failure | undefined {
    if (!this.#commands.started) {
      this.#state = 'probe'
      return undefined
    }
    const request = this.#commands.finish()
    if (request.kind === 'error') return request
    this.#state = sendsPack(request.value.commands) ? 'pack' : 'no-pack'
    events.push({ kind: 'commands', request: request.value })
    return undefined
  }

  // INVARIANT: the pack begins at the byte after the flush and nowhere else. No byte of the body is searched for "PACK"
  // (CVE-2025-54584: a pack hidden behind a fake one).
  #readRest(chunk: Uint8Array, events: ReceivePackEvent[]): Failure | undefined {
    if (chunk.length === 0) return undefined
    if (this.#state === 'probe') return fail('no-commands', 'a push begins with a flush')
    if (this.#state === 'no-pack') return fail('unexpected-pack', 'bytes follow the commands of a push that only deletes')
    const pack = this.#pack.push(chunk)
    if (pack.kind === 'error') return pack
    for (const event of pack.value) events.push(event)
    return undefined
  }
}

/**
 * Parses a request to receive-pack: the commands as one event, then the pack in the pieces in which it comes. Refuses push
 * certificates, push options, unknown capabilities, a ref named twice, SHA-256, and a body that does not end where it must.
 */
export function createReceivePackRequestParser(limits: PacketLimits = COMMAND_LIMITS): EventParser<ReceivePackEvent> {
  return new ReceivePackRequestParser(limits)
}
