import { ZERO_ID } from '@refward/core-policy'

import { callGateway } from '../gateway/call-gateway.ts'
import type { GatewayAccess } from '../gateway/find-gateway.ts'
import { readRefusal } from '../gateway/read-refusal.ts'
import { badAnswer } from '../gateway/send-request.ts'
import { connect } from './connect.ts'
import type { HelperInput } from './helper-input.ts'
import { type PushCommand, type PushPlace, buildPushBody, parsePushCommand } from './push-batch.ts'
import { type PushedRefs, readPushed } from './read-pushed.ts'
import { type HelperRefs, readRefs } from './read-refs.ts'
import { renderList, renderPushList } from './render-list.ts'
import { listEarlyNames, refuseEarly } from './refuse-early.ts'
import { resolveNames } from './resolve-names.ts'
import { ToldByGateway } from './told-by-gateway.ts'

export interface HelperParts {
  readonly access: GatewayAccess
  readonly place: PushPlace
  /** Only the refs are asked for. */
  readonly isListing: boolean
  /** To git. */
  readonly write: (bytes: Uint8Array | string) => Promise<void>
  /** To people: a line, printable ASCII. */
  readonly tell: (line: string) => void
}

const LISTING_BYTES = 128 * 1024 * 1024

/** The conversation of gitremote-helpers(7), as far as git needs it here. */
export class HelperTalk {
  readonly #parts: HelperParts
  readonly #leases = new Map<string, string>()
  #verbosity = 1
  #atomic = false
  #dryRun = false
  /** Values on the forge at the time of the listing. */
  #listed: ReadonlyMap<string, string> = new Map()

  constructor(parts: HelperParts) {
    this.#parts = parts
  }

  async run(input: HelperInput): Promise<void> {
    const { write } = this.#parts
    for (let line = await input.readLine(); line !== undefined && line !== ''; line = await input.readLine()) {
      const [word = ''] = line.split(' ', 1)
      const rest = line.slice(word.length + 1)
      if (word === 'capabilities') await write(`option\npush\n${this.#parts.isListing ? '' : 'stateless-connect\n'}\n`)
      else if (word === 'option') await write(this.#setOption(rest) ? 'ok\n' : 'unsupported\n')
      else if (word === 'list') await write(await this.#list(rest === 'for-push'))
      else if (word === 'push') await write(await this.#push(rest, input))
      else if (line === 'stateless-connect git-upload-pack') return this.#connect(input)
      else throw new RangeError('git has asked for what this helper cannot do')
    }
  }

  #setOption(text: string): boolean {
    const [name = ''] = text.split(' ', 1)
    const value = text.slice(name.length + 1)
    switch (name) {
      case 'verbosity':
        this.#verbosity = Number(value)
        return true
      case 'atomic':
        this.#atomic = value === 'true'
        return true
      case 'dry-run':
        this.#dryRun = value === 'true'
        return true
      case 'cas': {
        const colon = value.lastIndexOf(':')
        this.#leases.set(value.slice(0, colon), value.slice(colon + 1))
        return true
      }
      // What these mean, git has looked after itself.
      case 'progress':
      case 'force-if-includes':
        return true
      default:
        return false
    }
  }

  async #list(isForPush: boolean): Promise<string> {
    const { refs } = await this.#ask('ls-remote', {})
    this.#listed = new Map(refs.map(({ name, id }) => [name, id]))
    return isForPush ? renderPushList(refs) : renderList(refs)
  }

  async #connect(input: HelperInput): Promise<void> {
    // Refused early and in the gateway's words, and its mirror is fresh when the objects are asked for.
    const { repository } = await this.#ask('fetch', { operation: 'fetch', args: [] })
    const { access, write } = this.#parts
    await connect({ access, repository, tell: (line) => this.#tellRemote(line) }, input, write)
  }

  async #ask(path: 'ls-remote' | 'fetch', more: object): Promise<HelperRefs> {
    const { access, place, tell } = this.#parts
    const { status, value } = await callGateway(access, { path: `/api/v1/git/${path}`, body: { repo_path: place.path, remote: place.remote, ...more }, maxBytes: LISTING_BYTES })
    const refusal = status === 200 ? undefined : readRefusal(value)
    if (refusal !== undefined) throw new ToldByGateway(refusal, value['request_id'])
    const refs = status === 200 ? readRefs(value) : undefined
    if (refs === undefined) throw badAnswer(access, 'it is no listing of refs')
    if (refs.hidden > 0) tell(`warning: refward: left out ${refs.hidden} refs whose names a terminal does not show as they are`)
    // git names the address that stands in its configuration; it is another place that the gateway means.
    if (place.remote === 'origin' && this.#verbosity > 0) tell(`refward: origin is ${refs.repository}`)
    return refs
  }

  /** A batch goes up to an empty line, and is one push. */
  async #push(first: string, input: HelperInput): Promise<string> {
    const commands: PushCommand[] = []
    for (let text: string | undefined = `push ${first}`; text !== '' && text !== undefined; text = await input.readLine()) {
      const command = text.startsWith('push ') ? parsePushCommand(text.slice('push '.length)) : undefined
      if (command === undefined) throw new RangeError('git has told to push what this helper cannot read')
      commands.push(command)
    }
    const results = await this.#judgeAndSend(commands)
    return `${commands.map(({ ref }) => renderResult(ref, results.get(ref))).join('')}\n`
  }

  /** @returns for each ref that was not done, why. */
  async #judgeAndSend(commands: readonly PushCommand[]): Promise<ReadonlyMap<string, string | undefined>> {
    const facts = { listed: this.#listed, leases: this.#leases }
    const names = commands.flatMap((command) => [...(command.source === '' ? [] : [command.source]), ...listEarlyNames(command, facts)])
    const ids = await resolveNames([...new Set(names)])
    const lost = commands.find(({ source }) => source !== '' && !ids.has(source))
    if (lost !== undefined) throw new RangeError(`git no longer knows ${lost.source}`)
    const early = new Map(commands.flatMap((command) => {
      const reason = refuseEarly(command, { ...facts, ids })
      return reason === undefined ? [] : [[command.ref, reason] as const]
    }))
    const others = commands.filter(({ ref }) => !early.has(ref))
    if (others.length === 0) return early
    if (early.size > 0 && this.#atomic) return new Map([...others.map(({ ref }) => [ref, 'atomic push failed'] as const), ...early])
    return new Map([...(await this.#send(others, ids)), ...early])
  }

  async #send(commands: readonly PushCommand[], ids: ReadonlyMap<string, string>): Promise<PushedRefs['results']> {
    const { access, place } = this.#parts
    const options = { atomic: this.#atomic, dryRun: this.#dryRun, leases: this.#leases }
    const body = buildPushBody(commands, { place, ids, listed: this.#listed, options })
    const { status, value } = await callGateway(access, { path: '/api/v1/git/push', body })
    const wanted = new Map(commands.map(({ source, ref }) => [ref, source === '' ? ZERO_ID : (ids.get(source) ?? '')]))
    const pushed = readPushed(status, value, wanted)
    if (pushed === undefined) throw badAnswer(access, 'it does not say what became of the push')
    for (const line of pushed.lines) this.#tellRemote(line)
    return new Map([...pushed.results].map(([ref, code]) => [ref, this.#translate(ref, code)]))
  }

  /** Two of the reasons are git's own, when somebody else was quicker. */
  #translate(ref: string, code: string | undefined): string | undefined {
    if (code === 'RW_PUSH_NOT_FORWARD') return 'fetch first'
    return code === 'RW_REF_STALE' && this.#leases.has(ref) ? 'stale info' : code
  }

  #tellRemote(line: string): void {
    this.#parts.tell(`remote: ${line}`)
  }
}

function renderResult(ref: string, reason: string | undefined): string {
  return reason === undefined ? `ok ${ref}\n` : `error ${ref} ${reason}\n`
}
