import { type RefwardError, type RequestId, renderRefusal } from '@refward/core-policy'
import {
  type FetchRequest,
  MAX_PACKET_LENGTH,
  SIDEBAND_KEEPALIVE,
  type SidebandPacketLength,
  type UploadPackRequest,
  changesDepth,
  encodeData,
  renderSideband,
} from '@refward/git-wire'
import { WantDenied } from '../mirror/want-denied.ts'

/** A parsed fetch, in the protocol that its client speaks. */
export type FetchMessage =
  | { readonly protocol: 2; readonly request: FetchRequest }
  | ({ readonly protocol: 0 | 1 } & Extract<UploadPackRequest, { kind: 'fetch' }>)

/** How the answer to a fetch is written. */
export interface AnswerForm {
  /** Undefined when the pack comes bare: then nothing can be said beside it. */
  readonly packetLength: SidebandPacketLength | undefined
  /** What stands before the side-band, when that is known before anything else is: the client asked for a pack and only that. */
  readonly head: Uint8Array | undefined
  readonly progress: boolean
}

export function answerForm(message: FetchMessage): AnswerForm {
  const { request } = message
  const packetLength = packetLengthOf(message)
  const packAlone = isPackAlone(message) && !changesDepth(request)
  return { packetLength, head: packAlone ? headOf(message) : undefined, progress: !request.noProgress }
}

function packetLengthOf(message: FetchMessage): SidebandPacketLength | undefined {
  if (message.protocol === 2 || message.sideband === 'side-band-64k') return MAX_PACKET_LENGTH
  return message.sideband === 'side-band' ? 1000 : undefined
}

function isPackAlone(message: FetchMessage): boolean {
  if (message.protocol === 2) return message.request.done
  return message.round === 'pack' && message.request.haves.length === 0
}

function headOf({ protocol }: FetchMessage): Uint8Array {
  return encodeData(protocol === 2 ? 'packfile\n' : 'NAK\n')
}

/** Text on the progress channel; nothing where there is none. */
export function renderNote({ packetLength, progress }: AnswerForm, text: Uint8Array): Uint8Array {
  return packetLength === undefined || !progress ? new Uint8Array() : renderSideband(2, text, packetLength)
}

export function renderKeepalive({ packetLength }: AnswerForm): Uint8Array {
  return packetLength === undefined ? new Uint8Array() : SIDEBAND_KEEPALIVE
}

/** The lines that tell a client why it gets no pack. */
export function renderFaultText(fault: RefwardError, request: RequestId | undefined): string {
  // Git's own words first, so that tools which look for them find them.
  const own = fault instanceof WantDenied ? [`upload-pack: not our ref ${fault.id}`] : []
  const id = request === undefined ? [] : [`refward: request ${request}`]
  return [...own, ...renderRefusal(fault), ...id].join('\n')
}

/** In the place of an answer. */
export function renderErrorPacket(text: string): Uint8Array {
  return encodeData(`ERR ${text}`)
}

/** In the middle of an answer, between two packets. The client fails with it. Undefined where the pack comes bare. */
export function renderFatal({ packetLength }: AnswerForm, text: string): Uint8Array | undefined {
  return packetLength === undefined ? undefined : renderSideband(3, Buffer.from(`${text}\n`), packetLength)
}
