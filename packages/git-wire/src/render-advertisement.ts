import type { AdvertisedRef } from './advertised-refs.ts'
import type { ServiceName } from './advertisement.ts'
import { type Capability, renderCapabilityLine, renderCapabilityList } from './capabilities.ts'
import { ZERO_ID } from './object-id.ts'
import { line, rawLine } from './pkt-line.ts'
import { WireFault } from './result.ts'
import { encodeText, hasControl, quote } from './text.ts'

const FLUSH = '0000'

/** What {@link renderRefAdvertisement} shows; refs in the order in which they are shown, HEAD first. */
export interface RefAdvertisementContent {
  /** Adds the lines with which an HTTP answer begins. */
  readonly service?: ServiceName
  readonly version: 0 | 1
  readonly refs: readonly AdvertisedRef[]
  readonly capabilities: readonly Capability[]
  readonly unbornHead?: string
  readonly shallow?: readonly string[]
  readonly haves?: readonly string[]
}

/** The advertisement of a protocol v0 or v1 server. */
export function renderRefAdvertisement(content: RefAdvertisementContent): Uint8Array {
  const tips = [...content.refs.flatMap(tipLines), ...(content.haves ?? []).map((id) => `${id} .have`)]
  const [first = `${ZERO_ID} capabilities^{}`, ...others] = tips
  return encodeText([
    prelude(content.service),
    content.version === 1 ? line('version 1') : '',
    firstLine(first, renderCapabilityList([...content.capabilities, ...symrefs(content)])),
    ...others.map(line),
    ...(content.shallow ?? []).map((id) => line(`shallow ${id}`)),
    FLUSH,
  ].join(''))
}

/** The advertisement of a protocol v2 server. */
export function renderCapabilityAdvertisement(content: {
  readonly service?: ServiceName
  readonly capabilities: readonly Capability[]
}): Uint8Array {
  const lines = content.capabilities.map((capability) => line(renderCapabilityLine(capability)))
  return encodeText([prelude(content.service), line('version 2'), ...lines, FLUSH].join(''))
}

function prelude(service: ServiceName | undefined): string {
  return service === undefined ? '' : line(`# service=${service}`) + FLUSH
}

function tipLines({ name, id, peeled }: AdvertisedRef): readonly string[] {
  return peeled === undefined ? [`${id} ${name}`] : [`${id} ${name}`, `${peeled} ${name}^{}`]
}

function firstLine(tip: string, capabilities: string): string {
  if (hasControl(tip)) throw new WireFault('malformed-line', `line ${quote(tip)} has control bytes`)
  return rawLine(`${tip}\0${capabilities}\n`)
}

function symrefs({ refs, unbornHead }: RefAdvertisementContent): readonly Capability[] {
  const symbolic = refs.flatMap(({ name, symrefTarget }) => (symrefTarget === undefined ? [] : [`${name}:${symrefTarget}`]))
  const unborn = unbornHead === undefined ? [] : [`HEAD:${unbornHead}`]
  return [...symbolic, ...unborn].map((value) => ({ name: 'symref', value }))
}
