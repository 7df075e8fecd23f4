import { createReadStream } from 'node:fs'

import { RefwardError } from '@refward/core-policy'

/** More than the gateway takes of a text. */
const MAX_BYTES = 1024 * 1024

/** Reads texts that a command names: files by the agent's own rights, and the standard input once, only when it is asked for. */
export class InputReader {
  #stdin: Promise<string> | undefined

  /** @param path `-` for the standard input. @throws RefwardError RW_SHIM_FILE */
  read(path: string): Promise<string> {
    if (path !== '-') return readText(path, createReadStream(path))
    this.#stdin ??= readText('-', process.stdin)
    return this.#stdin
  }
}

async function readText(path: string, stream: AsyncIterable<Buffer>): Promise<string> {
  try {
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of stream) {
      bytes += chunk.length
      if (bytes > MAX_BYTES) throw new RangeError('it is larger than 1 MiB')
      chunks.push(chunk)
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new RefwardError('RW_SHIM_FILE', { path, detail: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}
