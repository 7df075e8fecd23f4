export {
  type Failure,
  type Parsed,
  type WireError,
  type WireErrorCode,
  WIRE_ERRORS,
  WireFault,
} from './result.ts'
export type { EventParser, MessageParser } from './parser.ts'
export { ZERO_ID, isObjectId, isZeroId, parseIdOrZero, parseObjectId } from './object-id.ts'
export { checkRefFormat, isAdvertisableName } from './ref-name.ts'
export {
  DELIM_PACKET,
  FLUSH_PACKET,
  MAX_PACKET_LENGTH,
  MAX_PAYLOAD_LENGTH,
  type Packet,
  RESPONSE_END_PACKET,
  encodeData,
  renderErrorPacket,
} from './pkt-line.ts'
export { PacketDecoder, type PacketLimits } from './packet-decoder.ts'
export { SIDEBAND_KEEPALIVE, type SidebandChannel, type SidebandPacketLength, frameSideband, renderSideband } from './side-band.ts'
export { SidebandDemux, type SidebandEvent } from './side-band-demux.ts'
export {
  type Capability,
  type ClientIdentity,
  findCapability,
  hasCapability,
  hasFeature,
  parseCapabilityList,
  renderCapabilityList,
} from './capabilities.ts'
export type { AdvertisedRef, RefAdvertisement } from './advertised-refs.ts'
export {
  ADVERTISEMENT_LIMITS,
  type Advertisement,
  type CapabilityAdvertisement,
  type ServiceName,
  createAdvertisementParser,
} from './advertisement.ts'
export { type RefAdvertisementContent, renderCapabilityAdvertisement, renderRefAdvertisement } from './render-advertisement.ts'
export type { LsRefsRequest } from './ls-refs-request.ts'
export { type LsRefsResponse, createLsRefsResponseParser, renderLsRefsResponse } from './ls-refs-response.ts'
export { type FilterSpec, type FilteredType, type SimpleFilter, parseFilterSpec, renderFilterSpec } from './filter-spec.ts'
export { EMPTY_FETCH_REQUEST, type FetchRequest, changesDepth } from './fetch-request.ts'
export { REQUEST_LIMITS, type V2Request, parseV2Request, renderFetchRequest, renderLsRefsRequest } from './v2-request.ts'
export {
  type MultiAck,
  type SidebandMode,
  type UploadPackFetch,
  type UploadPackRequest,
  parseUploadPackRequest,
} from './upload-pack-request.ts'
export { renderUploadPackRequest } from './render-upload-pack-request.ts'
export { type Acknowledgments, type FetchResponseEvent, RESPONSE_HEAD_LIMITS, type ShallowInfo } from './fetch-sections.ts'
export { createFetchResponseParser } from './fetch-response.ts'
export { type FetchResponseHead, renderFetchResponseHead } from './render-fetch-response.ts'
export { type UploadPackResponseOptions, createUploadPackResponseParser } from './upload-pack-response.ts'
export type { PushCapabilities } from './push-capabilities.ts'
export { type ReceivePackRequest, type RefUpdateCommand, sendsPack } from './ref-commands.ts'
export { COMMAND_LIMITS, type ReceivePackEvent, createReceivePackRequestParser } from './receive-pack-request.ts'
export { renderReceivePackRequest } from './render-receive-pack-request.ts'
export {
  REPORT_LIMITS,
  type RefReport,
  type ReportOptions,
  type ReportStatus,
  createReportStatusParser,
  renderReportStatus,
} from './report-status.ts'
export { type ReceivePackResponseEvent, createReceivePackResponseParser } from './receive-pack-response.ts'
export { PACK_HEADER_LENGTH, type PackHeader, parsePackHeader } from './pack-header.ts'
