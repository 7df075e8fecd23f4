import { type IncomingMessage, type Server, type ServerOptions, type ServerResponse, createServer } from 'node:http'
import { once } from 'node:events'
import { chmod, chown, lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RefwardError, type SessionId } from '@refward/core-policy'
import type { Ledger, Session } from '@refward/ledger'
import type { Log } from '../observe/log.ts'
import { noteOrigin } from './socket-origin.ts'

export interface SessionSocketParts {
  /** Absolute; undefined when the operator named none. */
  readonly directory: string | undefined
  readonly ledger: Pick<Ledger, 'boundSessions'>
  readonly log: Log
  readonly serverOptions: ServerOptions
  readonly maxConnections: number
  /** Serves agents. */
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void
}

/** How often it is seen which sessions have ended. What has ended is refused from the next request on all the same. */
const SETTLE_MS = 5000

/**
 * A Unix socket for each session that is bound to a user, which that user alone can open. Node does not tell who opened a socket; the kernel heeds
 * who may, and that is as good.
 */
export class SessionSockets {
  readonly #parts: SessionSocketParts
  readonly #servers = new Map<SessionId, Server>()
  #timer: NodeJS.Timeout | undefined
  #settling: Promise<void> = Promise.resolve()

  constructor(parts: SessionSocketParts) {
    this.#parts = parts
  }

  /** Takes away what a crash left, and opens the sockets of live sessions. @throws RefwardError RW_LISTEN_FAILED */
  async open(): Promise<void> {
    const { directory } = this.#parts
    if (directory === undefined) return
    await prepareDirectory(directory)
    await this.settle()
    this.#timer = setInterval(() => void this.settle(), SETTLE_MS).unref()
  }

  /** Opens the socket of a session that was made just now. @returns its path. @throws RefwardError RW_SESSION_SOCKET_UNAVAILABLE */
  async add({ id, uid = 0 }: Session): Promise<string> {
    this.require(uid)
    await this.#settling
    if (!this.#servers.has(id)) await this.#listen(id, uid)
    return this.#pathOf(id)
  }

  /** Whether there can be sockets at all. @throws RefwardError RW_SESSION_SOCKET_UNAVAILABLE */
  require(uid: number): void {
    if (this.#parts.directory === undefined) throw unavailable(uid, 'no directory for such sockets is configured', 'set sessions.sockets in the configuration, and start the gateway again')
  }

  /** Brings the sockets in line with the sessions. Never fails: what cannot be opened is in the log. */
  settle(): Promise<void> {
    this.#settling = this.#settling.then(async () => this.#settle()).catch((error: unknown) => this.#parts.log.warn({ err: error instanceof Error ? error : undefined }, 'sockets of sessions could not be looked after'))
    return this.#settling
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#settling
    await Promise.all([...this.#servers.keys()].map(async (id) => this.#end(id)))
  }

  async #settle(): Promise<void> {
    const { directory, ledger, log } = this.#parts
    if (directory === undefined) return
    const live = new Map((await ledger.boundSessions()).map((session) => [session.id, session]))
    for (const id of this.#servers.keys()) if (!live.has(id)) await this.#end(id)
    for (const { id, uid = 0 } of live.values()) {
      if (this.#servers.has(id)) continue
      await this.#listen(id, uid).catch((error: unknown) => log.warn({ session: id, err: error instanceof Error ? error : undefined }, 'the socket of a session could not be opened'))
    }
  }

  async #listen(id: SessionId, uid: number): Promise<void> {
    const { serverOptions, maxConnections, serve } = this.#parts
    const path = this.#pathOf(id)
    const server = createServer(serverOptions, serve)
    server.maxConnections = maxConnections
    server.on('connection', (socket) => noteOrigin(socket, id))
    this.#servers.set(id, server)
    try {
      await listenPrivately(server, path)
      await chown(path, uid, process.getgid?.() ?? 0)
    } catch (cause) {
      await this.#end(id)
      throw unavailable(uid, describe(cause), 'run refward as root or as that user, or make the session without a user', cause)
    }
  }

  async #end(id: SessionId): Promise<void> {
    const server = this.#servers.get(id)
    this.#servers.delete(id)
    server?.close()
    server?.closeAllConnections()
    await rm(this.#pathOf(id), { force: true })
  }

  #pathOf(id: SessionId): string {
    return join(this.#parts.directory ?? '', `${id}.sock`)
  }
}

/** The mode is that of the umask while the socket is bound, which happens within this call: between that and a chmod anybody could connect. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const before = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(before)
  }
  await once(server, 'listening')
}

/** Others may go through it and see nothing. What stands in it is a socket of an earlier run. */
async function prepareDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o711 })
    const found = await lstat(directory)
    if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error('it is not a directory of the user that refward runs as')
    await chmod(directory, 0o711)
    for (const name of await readdir(directory)) {
      const path = join(directory, name)
      if (name.endsWith('.sock') && (await lstat(path)).isSocket()) await rm(path)
    }
  } catch (cause) {
    throw new RefwardError('RW_LISTEN_FAILED', { address: directory, detail: describe(cause) }, { cause })
  }
}

function describe(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EPERM') return 'the user that refward runs as may not give it a socket'
  return error instanceof Error ? error.message : 'an unknown reason'
}

function unavailable(uid: number, detail: string, remedy: string, cause?: unknown): RefwardError {
  return new RefwardError('RW_SESSION_SOCKET_UNAVAILABLE', { uid, detail, remedy }, { cause })
}
