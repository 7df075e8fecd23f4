const NEWLINE = 0x0a
/** git writes names of refs and revisions here, one to a line. */
const MOST_BYTES_OF_LINE = 65_536

/** What git says to its helper: lines, and after a while packets of its protocol, all in one stream. */
export class HelperInput {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  /** The next line without its end; `undefined` at the end of everything. */
  async readLine(): Promise<string | undefined> {
    let searched = 0
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE, searched)
      if (end >= 0) return this.#take(end + 1).subarray(0, end).toString('utf8')
      searched = this.#rest.length
      if (searched > MOST_BYTES_OF_LINE) throw new RangeError('a line of git is too long')
      if (!(await this.#fill())) return undefined
    }
  }

  /** So many bytes; `undefined` when the stream ends before them. */
  async readBytes(count: number): Promise<Buffer | undefined> {
    while (this.#rest.length < count) if (!(await this.#fill())) return undefined
    return this.#take(count)
  }

  async #fill(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done === true) return false
    this.#rest = Buffer.concat([this.#rest, next.value])
    return true
  }

  #take(count: number): Buffer {
    const taken = this.#rest.subarray(0, count)
    this.#rest = this.#rest.subarray(count)
    return taken
  }
}
