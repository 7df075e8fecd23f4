import {
  type Capability,
  type CapabilityForm,
  type ClientIdentity,
  IDENTITY_CAPABILITIES,
  checkRequested,
  clientIdentity,
  hasCapability,
  identityCapabilities,
} from './capabilities.ts'
import { type Parsed, fail, ok } from './result.ts'

/** What a pushing client asks for. */
export interface PushCapabilities extends ClientIdentity {
  /** In which form it wants to hear what became of each ref. */
  readonly reportStatus: 'none' | 'report-status' | 'report-status-v2'
  /** The report, progress and errors come in side-band packets. */
  readonly sideband: boolean
  /** All refs or none. */
  readonly atomic: boolean
  /** No progress. */
  readonly quiet: boolean
}

// `delete-refs` and `ofs-delta` say nothing in a request; JGit, go-git and dulwich send them back nevertheless.
const REQUESTABLE: ReadonlyMap<string, CapabilityForm> = new Map<string, CapabilityForm>([
  ...IDENTITY_CAPABILITIES,
  ...['report-status', 'report-status-v2', 'side-band-64k', 'atomic', 'quiet', 'delete-refs', 'ofs-delta'].map(
    (name) => [name, 'flag'] as const,
  ),
])

/** Reads the capabilities of a push. */
export function readPushCapabilities(list: readonly Capability[]): Parsed<PushCapabilities> {
  // CVE-2026-3854: push options reach the forge's hooks as if the forge had written them.
  if (hasCapability(list, 'push-options')) return fail('push-options', 'push options are not accepted')
  const failure = checkRequested(list, REQUESTABLE)
  if (failure !== undefined) return failure
  return ok({
    ...clientIdentity(list),
    reportStatus: reportStatus(list),
    sideband: hasCapability(list, 'side-band-64k'),
    atomic: hasCapability(list, 'atomic'),
    quiet: hasCapability(list, 'quiet'),
  })
}

function reportStatus(list: readonly Capability[]): PushCapabilities['reportStatus'] {
  if (hasCapability(list, 'report-status-v2')) return 'report-status-v2'
  return hasCapability(list, 'report-status') ? 'report-status' : 'none'
}

/** The capabilities as a list, in git's order. */
export function listPushCapabilities(capabilities: PushCapabilities): readonly Capability[] {
  const flags = [
    ...(capabilities.reportStatus === 'none' ? [] : [capabilities.reportStatus]),
    ...(capabilities.sideband ? ['side-band-64k'] : []),
    ...(capabilities.quiet ? ['quiet'] : []),
    ...(capabilities.atomic ? ['atomic'] : []),
  ]
  return [...flags.map((name) => ({ name })), ...identityCapabilities(capabilities)]
}
