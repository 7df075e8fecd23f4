import { UnexpectedGitOutput } from './records.ts'

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag'

/** An object as it comes out of `git cat-file`: small ones whole, others in pieces that are read once, in order. */
export interface StreamedObject {
  readonly kind: 'object'
  readonly id: string
  readonly type: ObjectType
  readonly size: number
  /** The object that this one is stored as a difference to, in the pack it was found in. */
  readonly deltaBase: string | undefined
  readonly content: Uint8Array | AsyncIterable<Uint8Array>
}

/** Git has no such object. */
export interface MissingObject {
  readonly kind: 'missing'
  readonly id: string
}

/** The format to ask `cat-file --batch-command` for; {@link parseObjectHeader} reads it. */
export const OBJECT_HEADER_FORMAT = '%(objectname) %(objecttype) %(objectsize) %(deltabase)'

/** Objects up to this size are handed over in one piece. */
const WHOLE_BYTES = 64 * 1024
const MAX_HEADER_BYTES = 512
const HEADER = /^([0-9a-f]{40}) (blob|tree|commit|tag) (0|[1-9][0-9]{0,15}) ([0-9a-f]{40})$/
const NEWLINE = 0x0a
const NO_BASE = '0'.repeat(40)

/** Reads one header line of `cat-file`, without its line end. */
export function parseObjectHeader(line: string): Omit<StreamedObject, 'content'> | MissingObject {
  const [, id, type, size, base] = HEADER.exec(line) ?? []
  if (id !== undefined && isObjectType(type)) {
    return { kind: 'object', id, type, size: Number(size), deltaBase: base === NO_BASE ? undefined : base }
  }
  const [, missing] = /^(\S{1,200}) missing$/.exec(line) ?? []
  if (missing === undefined) throw new UnexpectedGitOutput('git cat-file wrote a header of another form')
  return { kind: 'missing', id: missing }
}

/** The answers of one `git cat-file --batch-command`, in the order in which they were asked for. */
export class ObjectStream {
  readonly #source: AsyncIterator<Uint8Array>
  #chunk: Buffer = Buffer.alloc(0)
  #pending = 0

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** The next answer to `info`: a header alone. */
  async nextInfo(): Promise<Omit<StreamedObject, 'content'> | MissingObject> {
    if (this.#pending > 0) throw new Error('the object before was not read to its end')
    return parseObjectHeader(await this.#line())
  }

  /** The next answer to `contents`. The object before it must have been read to its end. */
  async next(): Promise<StreamedObject | MissingObject> {
    const header = await this.nextInfo()
    if (header.kind === 'missing') return header
    this.#pending = header.size + 1
    return { ...header, content: header.size <= WHOLE_BYTES ? await this.#whole(header.size) : this.#pieces() }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#chunk.indexOf(NEWLINE)
      if (end >= 0) return this.#take(end + 1).toString('latin1', 0, end)
      if (this.#chunk.length > MAX_HEADER_BYTES) throw new UnexpectedGitOutput('git cat-file wrote no header')
      this.#chunk = Buffer.concat([this.#chunk, await this.#read()])
    }
  }

  async #whole(size: number): Promise<Uint8Array> {
    if (this.#chunk.length > size) return this.#finish(this.#take(size))
    const content = Buffer.allocUnsafe(size)
    let filled = 0
    for await (const piece of this.#pieces()) filled += piece.copy(content, filled)
    return content
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    while (this.#pending > 1) {
      if (this.#chunk.length === 0) this.#chunk = await this.#read()
      const piece = this.#take(Math.min(this.#chunk.length, this.#pending - 1))
      this.#pending -= piece.length
      yield piece
    }
    if (this.#chunk.length === 0) this.#chunk = await this.#read()
    this.#finish(this.#chunk.subarray(0, 0))
  }

  /** Takes the line end that git puts behind an object. */
  #finish(content: Buffer): Buffer {
    if (this.#take(1)[0] !== NEWLINE) throw new UnexpectedGitOutput('git cat-file wrote more than it announced')
    this.#pending = 0
    return content
  }

  #take(length: number): Buffer {
    const taken = this.#chunk.subarray(0, length)
    this.#chunk = this.#chunk.subarray(length)
    return taken
  }

  async #read(): Promise<Buffer> {
    const next = await this.#source.next()
    if (next.done === true) throw new UnexpectedGitOutput('git cat-file ended too early')
    return Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
  }
}

function isObjectType(text: string | undefined): text is ObjectType {
  return text === 'blob' || text === 'tree' || text === 'commit' || text === 'tag'
}
