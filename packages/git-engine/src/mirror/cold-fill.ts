import { type FileHandle, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { RefwardError } from '@refward/core-policy'
import type { GitRuntime } from '../process/git-runtime.ts'
import { type Incoming, indexPackFile } from './index-incoming.ts'
import { ProgressFeed } from './progress-feed.ts'
import { Spool } from './spool.ts'

const PATIENCE_MS = 1000

/**
 * The pack of a first fetch, on its way from the upstream: readable by every client that wants exactly `wants`, from the first
 * byte on, while it is written.
 */
export class ColdFill {
  readonly wants: ReadonlySet<string>
  /** Whether annotated tags that point into the pack come with it. */
  readonly includeTag: boolean
  /** Resolves when the first bytes may be read; rejects with the upstream's fault when it never comes to that. */
  readonly spool: Promise<Spool>
  readonly progress: ProgressFeed = new ProgressFeed()
  readonly #needed: PromiseWithResolvers<void> = Promise.withResolvers<void>()
  #isReadable = true
  readonly #opened: PromiseWithResolvers<Spool> = Promise.withResolvers<Spool>()

  readonly #explain: (error: unknown) => RefwardError

  /** @param explain what went wrong, in words for the client. */
  constructor({ wants, includeTag }: Pick<ColdFill, 'wants' | 'includeTag'>, explain: (error: unknown) => RefwardError) {
    this.wants = wants
    this.includeTag = includeTag
    this.#explain = explain
    this.spool = this.#opened.promise
    this.spool.catch(() => undefined)
  }

  /** Writes the pack to disk as fast as it comes. Whatever happens, readers get the end or the error. @returns what `use` makes of it. */
  async take(incoming: Pick<Incoming, 'directory' | 'limits'>, pack: AsyncIterable<Uint8Array>, use: (spool: Spool) => Promise<string>): Promise<string> {
    const spool = await Spool.create(join(incoming.directory, 'pack', 'spool.pack'), incoming.limits.packBytes)
    this.#opened.resolve(spool)
    try {
      for await (const chunk of pack) await spool.append(chunk)
      await spool.finish()
      await this.#untilNeeded()
      // Clients that come while it is being indexed read it too.
      return await use(spool)
    } catch (error) {
      spool.end(this.#explain(error))
      throw error
    } finally {
      this.#isReadable = false
      await spool.release()
    }
  }

  /** Whether a reader may begin: not any more once the pack is indexed, although it is some time until it is in its place. */
  get isReadable(): boolean {
    return this.#isReadable
  }

  /** Somebody waits for the mirror itself. */
  hurry(): void {
    this.#needed.resolve()
  }

  /** The clients that have just read the pack are unpacking it: they get the processor first, as long as nobody waits. */
  async #untilNeeded(): Promise<void> {
    const timer = setTimeout(() => this.hurry(), PATIENCE_MS)
    await this.#needed.promise
    clearTimeout(timer)
  }

  fail(error: Error): void {
    this.#opened.reject(error)
  }
}

/** Gives a spooled pack its name and index. @returns its name, the checksum that ends it. */
export async function indexSpool(runtime: GitRuntime, incoming: Incoming, spool: Spool): Promise<string> {
  const name = await readTrailer(spool)
  const path = join(incoming.directory, 'pack', `pack-${name}.pack`)
  await rename(spool.path, path)
  await indexPackFile(runtime, incoming, path)
  return name
}

const TRAILER_BYTES = 20

/** The checksum that ends a pack is its name; git checks it when it makes the index. */
async function readTrailer(spool: Spool): Promise<string> {
  let file: FileHandle | undefined
  try {
    file = await open(spool.path, 'r')
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TRAILER_BYTES), 0, TRAILER_BYTES, Math.max(0, spool.bytes - TRAILER_BYTES))
    return buffer.subarray(0, bytesRead).toString('hex').padStart(2 * TRAILER_BYTES, '0')
  } finally {
    await file?.close()
  }
}
