import {
  type AdvertisedRef,
  EMPTY_FETCH_REQUEST,
  FLUSH_PACKET,
  type MessageParser,
  createAdvertisementParser,
  createFetchResponseParser,
  createLsRefsResponseParser,
  renderFetchRequest,
  renderLsRefsRequest,
} from '@refward/git-wire'
import type { GitChild } from '../process/spawn-git.ts'

/** What upload-pack says is not what the protocol has. `remote` are git's own words, if it gave some; they hold paths and are not shown. */
export class TalkFault extends Error {
  override readonly name: string = 'TalkFault'
}

/** The refs of a repository as git itself lists them. */
export interface ListedRepository {
  readonly refs: readonly AdvertisedRef[]
  /** Full name of the branch that HEAD is on; undefined when it is detached. It need not exist. */
  readonly head: string | undefined
}

/** A conversation with one upload-pack over its pipes, in protocol version 2: one question after the other, each answered whole. */
export class UploadPackTalk {
  readonly #child: GitChild
  readonly #chunks: AsyncIterator<Uint8Array>

  constructor(child: GitChild) {
    this.#child = child
    this.#chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  }

  /** Its first words. @throws TalkFault */
  async greet(): Promise<void> {
    const said = await this.#message(createAdvertisementParser('git-upload-pack'))
    if (said.kind !== 'capabilities') throw new TalkFault('it does not speak version 2')
  }

  async list(): Promise<ListedRepository> {
    this.#child.stdin.write(renderLsRefsRequest({ agent: 'refward', objectFormat: 'sha1', symrefs: true, peel: true, unborn: true, prefixes: [] }))
    const { refs, unbornHead } = await this.#message(createLsRefsResponseParser())
    const head = refs.find(({ name }) => name === 'HEAD')
    return { refs, head: head === undefined ? unbornHead : head.symrefTarget }
  }

  /** A pack with everything that `wants` reach and `haves` do not. @throws TalkFault in its middle when git gives up */
  async *fetch(wants: readonly string[], haves: readonly string[]): AsyncGenerator<Uint8Array> {
    const request = { ...EMPTY_FETCH_REQUEST, agent: 'refward', objectFormat: 'sha1', wants, haves, done: true, thinPack: true, ofsDelta: true, noProgress: true } as const
    this.#child.stdin.write(renderFetchRequest(request))
    const parser = createFetchResponseParser()
    while (!parser.done) {
      const parsed = parser.push(await this.#chunk())
      if (parsed.kind === 'error') throw new TalkFault(parsed.error.message)
      for (const event of parsed.value) {
        if (event.kind === 'data') yield event.data
        else if (event.kind === 'fatal') throw new TalkFault('git gave up')
      }
    }
    this.#child.stdin.end(FLUSH_PACKET)
  }

  async #message<T>(parser: MessageParser<T>): Promise<T> {
    while (!parser.done) {
      const parsed = parser.push(await this.#chunk())
      if (parsed.kind === 'error') throw new TalkFault(parsed.error.message)
    }
    const ended = parser.end()
    if (ended.kind === 'error') throw new TalkFault(ended.error.message)
    return ended.value
  }

  async #chunk(): Promise<Uint8Array> {
    const next = await this.#chunks.next()
    if (next.done === true) throw new TalkFault('it ended in the middle of an answer')
    return next.value
  }
}
