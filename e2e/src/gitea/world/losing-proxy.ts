import { type IncomingMessage, type Server, type ServerResponse, createServer, request } from 'node:http'
import { once } from 'node:events'

/** What becomes of the answer to the next change: it breaks off, is never given, or the change does not even arrive. */
export type Loss = 'reset' | 'hold' | 'unsent'

/** Stands between a gateway and its forge, and loses answers. */
export class LosingProxy {
  readonly #server: Server
  readonly #target: string
  readonly #losses: Loss[] = []
  readonly #held: (() => void)[] = []

  private constructor(target: string) {
    this.#target = target
    this.#server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing))
  }

  static async start(target: string): Promise<LosingProxy> {
    const proxy = new LosingProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get origin(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  loseNext(loss: Loss): void {
    this.#losses.push(loss)
  }

  /** Fulfilled once the forge has answered a change whose answer is held back. */
  held(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = incoming
    const loss = method === 'GET' ? undefined : this.#losses.shift()
    if (loss === 'unsent') return void incoming.socket.destroy()
    const onward = request(`${this.#target}${url}`, { method, headers: { ...headers, host: new URL(this.#target).host } }, (answer) => {
      if (loss === undefined) return void answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers))
      answer.resume().once('end', () => {
        if (loss === 'reset') incoming.socket.destroy()
        else for (const tell of this.#held.splice(0)) tell()
      })
    })
    onward.once('error', () => incoming.socket.destroy())
    incoming.pipe(onward)
  }
}
