import { parseCapabilityList } from './capabilities.ts'
import { ZERO_ID, parseIdOrZero, parseObjectId } from './object-id.ts'
import { type PushCapabilities, readPushCapabilities } from './push-capabilities.ts'
import { checkRefFormat } from './ref-name.ts'
import { type Failure, type Parsed, type WireError, fail, ok } from './result.ts'
import { decodeText, hasControl, quote, withoutLineFeed } from './text.ts'

/** One ref that a push wants to change. `oldId` is the client's claim: it is zero to create; `newId` is zero to delete. */
export interface RefUpdateCommand {
  readonly oldId: string
  readonly newId: string
  /** Exactly as sent: what was UTF-8 on the wire, without spaces and control characters. */
  readonly name: string
  /** Why the name is not acceptable. The push was understood, so its refusal can name the ref. */
  readonly nameProblem?: WireError
}

/** What a push wants, before its pack. */
export interface ReceivePackRequest {
  readonly commands: readonly RefUpdateCommand[]
  readonly capabilities: PushCapabilities
  /** Commits whose parents the client does not have. */
  readonly shallow: readonly string[]
  /** Names in this push that differ only by case: one ref to a forge whose file system folds case. */
  readonly caseCollisions: readonly (readonly string[])[]
}

/** A push sends a pack, perhaps an empty one, exactly when it does more than delete. */
export function sendsPack(commands: readonly Pick<RefUpdateCommand, 'newId'>[]): boolean {
  return commands.some(({ newId }) => newId !== ZERO_ID)
}

const SHALLOW = 'shallow '
const PUSH_CERTIFICATE = 'push-cert'
const NO_CAPABILITIES: PushCapabilities = { reportStatus: 'none', sideband: false, atomic: false, quiet: false }

/** Collects the lines before the flush. */
export class RefCommandCollector {
  readonly #commands = new Map<string, RefUpdateCommand>()
  readonly #shallow: string[] = []
  #capabilities: PushCapabilities = NO_CAPABILITIES

  /** Whether any line has come. */
  get started(): boolean {
    return this.#commands.size > 0 || this.#shallow.length > 0
  }

  add(payload: Uint8Array): Failure | undefined {
    const content = withoutLineFeed(payload)
    const nul = content.indexOf(0)
    const text = decodeText(nul < 0 ? content : content.subarray(0, nul))
    if (text === undefined) return fail('ref-name', `line ${quote(content)} is not utf-8`)
    if (nul < 0) return text.startsWith(SHALLOW) ? this.#addShallow(text) : this.#addCommand(text)
    // Whoever splits at another NUL than git does would decide on another ref than git updates.
    if (this.#commands.size > 0) return fail('malformed-line', 'a NUL stands behind a command that is not the first')
    if (text === PUSH_CERTIFICATE) return fail('push-certificate', 'push certificates are not accepted')
    return this.#readCapabilities(content.subarray(nul + 1)) ?? this.#addCommand(text)
  }

  finish(): Parsed<ReceivePackRequest> {
    if (this.#commands.size === 0) return fail('no-commands', 'the push updates no ref')
    return ok({
      commands: [...this.#commands.values()],
      capabilities: this.#capabilities,
      shallow: this.#shallow,
      caseCollisions: caseCollisions([...this.#commands.keys()]),
    })
  }

  #readCapabilities(bytes: Uint8Array): Failure | undefined {
    const text = decodeText(bytes)
    const list = text === undefined ? fail('capability', `capabilities ${quote(bytes)} are malformed`) : parseCapabilityList(text)
    if (list.kind === 'error') return list
    const capabilities = readPushCapabilities(list.value)
    if (capabilities.kind === 'error') return capabilities
    this.#capabilities = capabilities.value
    return undefined
  }

  #addCommand(text: string): Failure | undefined {
    const command = parseCommand(text)
    if (command.kind === 'error') return command
    const { name } = command.value
    // CVE-2025-54583: of two commands for one ref a gateway may look at one and the forge obey the other.
    if (this.#commands.has(name)) return fail('duplicate-ref', `ref ${quote(name)} is updated twice`)
    this.#commands.set(name, command.value)
    return undefined
  }

  #addShallow(text: string): Failure | undefined {
    if (this.#commands.size > 0) return fail('malformed-line', 'a shallow line stands behind a command')
    const id = parseObjectId(text.slice(SHALLOW.length))
    if (id.kind === 'error') return id
    this.#shallow.push(id.value)
    return undefined
  }
}

function parseCommand(text: string): Parsed<RefUpdateCommand> {
  const [oldText = '', newText = '', name = '', ...rest] = text.split(' ')
  const oldId = parseIdOrZero(oldText)
  if (oldId.kind === 'error') return oldId
  const newId = parseIdOrZero(newText)
  if (newId.kind === 'error') return newId
  if (name === '' || rest.length > 0 || hasControl(name)) return fail('malformed-line', `line ${quote(text)} is not a command`)
  if (oldId.value === ZERO_ID && newId.value === ZERO_ID) return fail('object-id', `the command for ${quote(name)} has no object`)
  const checked = checkRefFormat(name)
  const command = { oldId: oldId.value, newId: newId.value, name }
  return ok(checked.kind === 'error' ? { ...command, nameProblem: checked.error } : command)
}

function caseCollisions(names: readonly string[]): readonly (readonly string[])[] {
  return [...Map.groupBy(names, (name) => name.toLowerCase()).values()].filter((group) => group.length > 1)
}
