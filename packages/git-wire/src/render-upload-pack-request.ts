import { type Capability, identityCapabilities, renderCapabilityList } from './capabilities.ts'
import { renderDepthLines } from './fetch-request.ts'
import { line } from './pkt-line.ts'
import { WireFault } from './result.ts'
import { encodeText } from './text.ts'
import { FLAG_CAPABILITIES, type UploadPackFetch } from './upload-pack-request.ts'

/** A request to upload-pack in protocol v0 or v1. */
export function renderUploadPackRequest(message: UploadPackFetch): Uint8Array {
  const { request, round } = message
  const [first, ...others] = request.wants
  if (first === undefined || request.waitForDone) throw new WireFault('no-wants', 'protocol v0 cannot ask for nothing')
  if (request.done !== (round === 'pack') || (round === 'depth' && request.haves.length > 0)) {
    throw new WireFault('conflicting-arguments', `the request does not fit a round of ${round}`)
  }
  const capabilities = renderCapabilityList(requestedCapabilities(message))
  return encodeText([
    line(`want ${first}${capabilities === '' ? '' : ` ${capabilities}`}`),
    ...others.map((id) => line(`want ${id}`)),
    ...renderDepthLines(request).map(line),
    '0000',
    ...request.haves.map((id) => line(`have ${id}`)),
    { depth: '', negotiation: '0000', pack: line('done') }[round],
  ].join(''))
}

function requestedCapabilities({ request, multiAck, noDone, sideband }: UploadPackFetch): readonly Capability[] {
  const flags = [
    ...(multiAck === 'none' ? [] : [multiAck]),
    ...(noDone ? ['no-done'] : []),
    ...(sideband === 'none' ? [] : [sideband]),
    ...[...FLAG_CAPABILITIES].filter(([, flag]) => request[flag]).map(([name]) => name),
    ...(request.deepenSince === undefined ? [] : ['deepen-since']),
    ...(request.deepenNot.length === 0 ? [] : ['deepen-not']),
    ...(request.filter === undefined ? [] : ['filter']),
  ]
  return [...flags.map((name) => ({ name })), ...identityCapabilities(request)]
}
