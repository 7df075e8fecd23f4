import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type HttpAnswer, parseAnswers } from './http-message.ts'

/** A connection on which anything can be said, at any pace. */
export interface RawConnection {
  /** Everything that came. */
  readonly received: Buffer
  readonly closed: boolean
  send(bytes: string | Uint8Array): void
  /** Sends in pieces with a pause between them, until all is sent or the other side has closed. */
  drip(bytes: Uint8Array, pace: { readonly bytes: number; readonly milliseconds: number }): Promise<void>
  /** Says that nothing more will be sent, and goes on reading. */
  finish(): void
  /** The answers so far, as soon as there are so many or the connection has ended. */
  answers(count: number): Promise<readonly HttpAnswer[]>
  /** Resolves when the other side has closed. */
  ended(): Promise<void>
  destroy(): void
}

/** Opens a connection to an origin (`http://127.0.0.1:4711`) or to a Unix socket. */
export async function openConnection(origin: string | { readonly socketPath: string }): Promise<RawConnection> {
  const socket = typeof origin === 'string' ? connectTo(new URL(origin)) : connect(origin.socketPath)
  // The other side may reset at any moment: what came before is what counts.
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return new SocketConnection(socket)
}

function connectTo({ hostname, port }: URL): Socket {
  return connect({ host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port), allowHalfOpen: true })
}

/** Sends these bytes and reads until the other side closes, or so many answers have come. */
export async function exchange(origin: string | { readonly socketPath: string }, bytes: string | Uint8Array, count: number = Number.POSITIVE_INFINITY): Promise<readonly HttpAnswer[]> {
  const connection = await openConnection(origin)
  try {
    connection.send(bytes)
    return await connection.answers(count)
  } finally {
    connection.destroy()
  }
}

class SocketConnection implements RawConnection {
  readonly #socket: Socket
  #received: Buffer[] = []
  #closed = false
  #changed = Promise.withResolvers<void>()

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk)
      this.#notice()
    })
    for (const event of ['end', 'close']) {
      socket.once(event, () => {
        this.#closed = true
        this.#notice()
      })
    }
  }

  get received(): Buffer {
    const all = Buffer.concat(this.#received)
    this.#received = [all]
    return all
  }

  get closed(): boolean {
    return this.#closed
  }

  send(bytes: string | Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  async drip(bytes: Uint8Array, { bytes: size, milliseconds }: { readonly bytes: number; readonly milliseconds: number }): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#closed; at += size) {
      this.send(bytes.subarray(at, at + size))
      await Promise.race([sleep(milliseconds), this.ended()])
    }
  }

  finish(): void {
    this.#socket.end()
  }

  async answers(count: number): Promise<readonly HttpAnswer[]> {
    for (;;) {
      const answers = parseAnswers(this.received, this.#closed)
      if (answers.length >= count || this.#closed) return answers
      await this.#changed.promise
    }
  }

  async ended(): Promise<void> {
    while (!this.#closed) await this.#changed.promise
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #notice(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }
}
