import { type Policy, type Remote, type RepoId, RefwardError, parseRemote, parseRepoId } from '@refward/core-policy'
import { listForgeSpellings } from '@refward/gate-render'
import type { SharedRoot } from '@refward/ledger'
import type { LiveSubject } from '../session/authenticate.ts'
import { grantsOf } from '../session/grants.ts'

export interface RemoteQuestion {
  readonly policy: Policy
  readonly subject: LiveSubject
  /** The root that the work tree lies beneath. */
  readonly root: SharedRoot | undefined
}

export const DEFAULT_REMOTE = 'origin'

/**
 * Which repository a remote stands for. INVARIANT: the session and the configuration say it, and nothing that is written in the work tree.
 *
 * `origin` is what the root was made for, or else the one repository that the session was granted. An address must be one of a configured forge, or of
 * the gateway itself. Whether the session may use the repository is decided afterwards, by the policy.
 *
 * @throws RefwardError RW_REMOTE_UNKNOWN, RW_ARGUMENT_TRANSPORT
 */
export function resolveRemote(question: RemoteQuestion, written: string): RepoId {
  const remote = parseRemote(written)
  switch (remote.kind) {
    case 'transport':
      throw new RefwardError('RW_ARGUMENT_TRANSPORT', { address: written, transport: remote.transport })
    case 'malformed':
      throw unknown(written)
    case 'named':
      return findNamed(question, remote.name) ?? refuse(written)
    case 'url':
      return findByAddress(question.policy, remote, written) ?? refuse(written)
  }
}

function findNamed({ subject, root }: RemoteQuestion, name: string): RepoId | undefined {
  const id = parseRepoId(name)
  if (name !== DEFAULT_REMOTE) return id.kind === 'ok' ? id.value : undefined
  if (root?.repository !== undefined) return root.repository
  const [only, ...others] = grantsOf(subject)
  const granted = parseRepoId(only ?? '')
  return others.length === 0 && granted.kind === 'ok' ? granted.value : undefined
}

function findByAddress({ config }: Policy, { host }: Extract<Remote, { kind: 'url' }>, written: string): RepoId | undefined {
  const ours = { prefix: `${config.publicUrl}/git/`, forge: undefined }
  const forges = [...config.forges.values()].flatMap((forge) => listForgeSpellings(forge).map((prefix) => ({ prefix, forge: forge.name })))
  // Hosts are compared with their case folded; what stands behind them is a path of the forge, which folds it itself.
  const address = written.replace(host, () => host.toLowerCase())
  const beginnings = [ours, ...forges].filter(({ prefix }) => address.startsWith(prefix)).toSorted((a, b) => b.prefix.length - a.prefix.length)
  for (const { prefix, forge } of beginnings) {
    const rest = address.slice(prefix.length).replace(/\/$/, '')
    const id = parseRepoId(forge === undefined ? rest : `${forge}/${rest}`)
    if (id.kind === 'ok') return id.value
  }
  return undefined
}

function refuse(remote: string): never {
  throw unknown(remote)
}

function unknown(remote: string): RefwardError {
  return new RefwardError('RW_REMOTE_UNKNOWN', { remote })
}
