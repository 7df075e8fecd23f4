import { createProblem } from '../../errors/refusal.ts'
import type { CommandValue, ValueResult, ValueType } from '../engine/table.ts'
import { MISMATCH, accept } from './plain-types.ts'
import { type Remote, type RemoteUrl, parseRemote, renderRemote } from './remote.ts'

export interface RemoteValue extends CommandValue {
  readonly kind: 'remote'
  readonly remote: Remote
}

/** A remote by name or by address. */
export const remoteType: ValueType<RemoteValue> = { placeholder: '<remote>', expects: 'the name of a remote, or an https or ssh address without credentials', parse: read }

/** A remote, or a group of remotes, by name. */
export const remoteNameType: ValueType<RemoteValue> = {
  placeholder: '<remote>',
  expects: 'the name of a remote or of a group of remotes',
  parse: (text) => only(read(text), (remote) => remote.kind === 'named'),
}

/** An address. */
export const remoteUrlType: ValueType<RemoteValue> = {
  placeholder: '<address>',
  expects: 'an https or ssh address without credentials',
  parse: (text) => {
    const result = read(text)
    if (result.kind !== 'ok' || isUrl(result.value.remote)) return result
    // Behind clone, a bare word is a directory.
    return { kind: 'refused', problem: createProblem('RW_ARGUMENT_TRANSPORT', '', { address: text, transport: 'a path' }) }
  },
}

function isUrl(remote: Remote): remote is RemoteUrl {
  return remote.kind === 'url'
}

function read(text: string): ValueResult<RemoteValue> {
  const remote = parseRemote(text)
  if (remote.kind === 'malformed') return MISMATCH
  if (remote.kind === 'named' || remote.kind === 'url') return accept({ kind: 'remote', text: renderRemote(remote), remote })
  return { kind: 'refused', problem: createProblem('RW_ARGUMENT_TRANSPORT', '', { address: text, transport: remote.transport }) }
}

function only(result: ValueResult<RemoteValue>, fits: (remote: Remote) => boolean): ValueResult<RemoteValue> {
  return result.kind === 'ok' && !fits(result.value.remote) ? MISMATCH : result
}
