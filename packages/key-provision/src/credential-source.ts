import { assertNever, type CredentialConfig } from '@refward/core-policy'
import { MAX_TOKEN_BYTES, type ParsedToken, parseToken } from './token.ts'

/** A place outside that a credential comes from. `none` is no place. */
export type CredentialSource = Exclude<CredentialConfig, { kind: 'none' }>

/** What a program left behind. Its output is a secret, and so may its error text be: `reason` must hold neither. */
export type CommandOutcome =
  | { readonly kind: 'ok'; readonly output: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: string }

/** The outside world, as far as sources need it. */
export interface SourceReaders {
  readonly readEnvironment: (variable: string) => string | undefined
  /** At most `limit` bytes from the beginning of a file. Rejects with a system error. */
  readonly readFile: (path: string, limit: number) => Promise<Uint8Array>
  /** Runs a program without a shell; git-engine, which alone starts processes, provides it with its bounds. */
  readonly runCommand: (argv: readonly [string, ...string[]], limit: number) => Promise<CommandOutcome>
}

/** Equal for sources that are the same place, whatever user name goes with them. */
export function sourceKey(source: CredentialSource): string {
  switch (source.kind) {
    case 'env':
      return JSON.stringify(['env', source.variable])
    case 'file':
      return JSON.stringify(['file', source.path])
    case 'command':
      return JSON.stringify(['command', ...source.argv])
    default:
      return assertNever(source)
  }
}

/** Reads a source now. A failure says what the operator has to look at, and holds nothing that the source gave. */
export async function readSource(source: CredentialSource, readers: SourceReaders): Promise<ParsedToken> {
  const name = describeSource(source)
  const read = await readBytes(source, readers)
  if (read.kind === 'error') return { kind: 'error', detail: `${name} ${read.detail}` }
  const parsed = parseToken(read.bytes)
  return parsed.kind === 'ok' ? parsed : { kind: 'error', detail: `${name} ${parsed.detail}` }
}

/** Where a credential comes from, in words that hold nothing of it. */
export function describeSource(source: CredentialSource): string {
  switch (source.kind) {
    case 'env':
      return `environment variable ${source.variable}`
    case 'file':
      return `file ${source.path}`
    case 'command':
      // Its arguments may say more of a password store than an agent needs to know.
      return `command ${source.argv[0]}`
    default:
      return assertNever(source)
  }
}

type ReadBytes = { readonly kind: 'ok'; readonly bytes: Uint8Array } | { readonly kind: 'error'; readonly detail: string }

// More than a token may have, so that a longer one is seen and refused rather than cut to a wrong one.
const READ_LIMIT = MAX_TOKEN_BYTES + 1024

async function readBytes(source: CredentialSource, readers: SourceReaders): Promise<ReadBytes> {
  switch (source.kind) {
    case 'env': {
      const value = readers.readEnvironment(source.variable)
      return value === undefined ? { kind: 'error', detail: 'is not set' } : { kind: 'ok', bytes: Buffer.from(value) }
    }
    case 'file':
      return readFileSource(source.path, readers)
    case 'command': {
      const outcome = await readers.runCommand(source.argv, READ_LIMIT)
      return outcome.kind === 'ok' ? { kind: 'ok', bytes: outcome.output } : { kind: 'error', detail: `failed: ${outcome.reason}` }
    }
    default:
      return assertNever(source)
  }
}

const FILE_FAULTS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist'],
  ['EACCES', 'may not be read by the user that refward runs as'],
  ['EISDIR', 'is a directory'],
])

async function readFileSource(path: string, readers: SourceReaders): Promise<ReadBytes> {
  try {
    return { kind: 'ok', bytes: await readers.readFile(path, READ_LIMIT) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
    return { kind: 'error', detail: FILE_FAULTS.get(code) ?? `cannot be read (${code})` }
  }
}
