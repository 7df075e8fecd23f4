export interface RecordOptions {
  /** The byte that ends a record. */
  readonly separator: number
  /** A record that is longer is not what git writes; reading stops with an error. */
  readonly maxBytes: number
}

/** Git wrote something that is not of the format it was asked for. */
export class UnexpectedGitOutput extends Error {
  override readonly name: string = 'UnexpectedGitOutput'
}

/**
 * Cuts the output of a git child into records. Yields all the records that one chunk completes at once, so that a list of a
 * hundred thousand objects does not cost a turn of the event loop each.
 *
 * @throws UnexpectedGitOutput for a record over `maxBytes`, or one without its end.
 */
export async function* readRecords(source: AsyncIterable<Uint8Array>, options: RecordOptions): AsyncGenerator<readonly string[]> {
  const separator = String.fromCharCode(options.separator)
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    const bytes: Buffer = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(options.separator)
    // Cut at the separator before decoding: a character of several bytes may lie across two chunks.
    if (end >= 0) yield bytes.toString('utf8', 0, end).split(separator)
    rest = bytes.subarray(end + 1)
    if (rest.length > options.maxBytes) throw new UnexpectedGitOutput(`a record is longer than ${options.maxBytes} bytes`)
  }
  if (rest.length > 0) throw new UnexpectedGitOutput('the last record has no end')
}
