import { basename } from 'node:path'
import { type AgentName, type ReadPermit, type ReceivePermit, type RefName, RefwardError, type Subject, decideRead, decideReceive, decideRefs, parseObjectId, parseRefName, suggestOwnBranch } from '@refward/core-policy'
import { describeUpstream, makeTree, openTreePlace } from '@refward/git-engine'
import { renderAgentTreeConfig } from '@refward/gate-render'
import type { DecisionInput, MadeWorktree } from '@refward/ledger'
import type { ListedRef, RefListing } from '@refward/upstream'
import { toFailure } from '../../http/error-answer.ts'
import { refusedBy, requirePermit } from '../../http/refused-error.ts'
import { requireParsed } from '../../http/require-parsed.ts'
import type { AddTreeCall, AgentTreeParts } from './agent-tree-parts.ts'
import { holdMirror } from './hold-mirror.ts'

/**
 * Makes a work tree for an agent, on a branch of its own. It is a fetch in the agent's name: what the agent may not read is not in it, and it is recorded as one.
 *
 * @throws RefusedError when the agent may not read or push there, or would not own the branch; RefwardError RW_AGENT_…, RW_WORKTREE_PLACE, RW_ARGUMENT_INVALID
 */
export async function addTree(parts: AgentTreeParts, call: AddTreeCall): Promise<MadeWorktree> {
  const subject = await findSubject(parts, call.agent)
  const place = await openTreePlace(call.path, parts.keepOut)
  try {
    return await record(parts, call, subject, async (permit, receive) => {
      const source = parts.access.source(permit.repo)
      const listing = await source.list(call.signal)
      const branch = await chooseBranch(parts, call, { receive, listing })
      const refs = listing.refs.filter(({ name }) => /^refs\/(?:heads|tags)\//.test(name) && permit.shows(name))
      const defaultBranch = listing.head?.symref
      const start = findStart(call, { refs, branch, defaultBranch })
      const view = await holdMirror(parts, permit.repo, { listing, needed: new Set(refs.map(({ id }) => id)), source, signal: call.signal })
      const made = { path: call.path, agent: call.agent, repo: permit.repo.id, ref: branch }
      try {
        let recorded: MadeWorktree | undefined
        const plan = { place, view, refs, defaultBranch, branch, start, config: renderConfig(parts, permit, { branch, refs }), owner: call.owner, timeMs: permit.policy.settings.limits.time * 1000, signal: call.signal }
        await makeTree(parts.trees, plan, {
          record: async () => void (recorded = await parts.ledger.addWorktree(made)),
          forget: async () => void (await parts.ledger.removeWorktree(call.path, { lost: [] })),
        })
        return recorded ?? { ...made, addedAt: parts.clock() }
      } finally {
        view.release()
      }
    })
  } finally {
    await place.parent.close()
  }
}

async function findSubject({ ledger }: AgentTreeParts, agent: AgentName): Promise<Subject> {
  const details = await ledger.showAgent(agent)
  if (details === undefined) throw new RefwardError('RW_AGENT_UNKNOWN', { agent })
  if (details.revokedAt !== undefined) throw new RefwardError('RW_AGENT_REVOKED', { agent })
  return { agent, session: undefined, repositories: details.repositories }
}

/** Decides, writes down what was decided, and how it ended. */
async function record<T>({ policy, ledger }: AgentTreeParts, { agent, repo, requestId }: AddTreeCall, subject: Subject, work: (permit: ReadPermit, receive: ReceivePermit) => Promise<T>): Promise<T> {
  const input: Omit<DecisionInput, 'outcome' | 'rules' | 'codes'> = { request: requestId, agent, repo, operation: 'fetch', refs: [] }
  const [read, receive] = [decideRead(policy(), subject, repo), decideReceive(policy(), subject, repo)]
  const refusals = [read, receive].flatMap((decision) => (decision.kind === 'deny' ? decision.refusals : []))
  if (refusals.length > 0) {
    await ledger.decided({ ...input, outcome: 'deny', rules: refusals.map(({ rule }) => rule), codes: [...new Set(refusals.map(({ code }) => code))] })
    throw refusedBy(refusals)
  }
  const id = await ledger.decided({ ...input, outcome: 'permit', rules: ['repository.read'], codes: [] })
  try {
    const value = await work(requirePermit(read), requirePermit(receive))
    await ledger.finished(id, { result: 'done', refs: [] })
    return value
  } catch (error) {
    await ledger.finished(id, { result: 'failed', code: toFailure(error).code, refs: [] })
    throw error
  }
}

/** What the branch would point at does not matter to who may push it. */
const ANY_ID = '1'.repeat(40)

/** The branch, if a push of it would be let through as far as its name goes. */
async function chooseBranch({ ledger }: AgentTreeParts, { agent, repo, path, branch }: AddTreeCall, { receive, listing }: { readonly receive: ReceivePermit; readonly listing: RefListing }): Promise<RefName> {
  const name = branch ?? suggestOwnBranch(receive.policy, agent, `refs/heads/${basename(path)}`)
  if (name === undefined) throw invalid('branch', 'the policy lets this agent make no branch of its own', 'see branches.own and branches.create of this repository')
  const ref = requireParsed(parseRefName(name.startsWith('refs/') ? name : `refs/heads/${name}`), 'branch')
  if (!ref.startsWith('refs/heads/')) throw invalid('branch', `${ref} is no branch`, 'name a branch, as agent/fixer/topic')
  const upstream = describeUpstream(listing)
  const commands = [{ ref, oldId: upstream.refs.idOf(ref), newId: requireParsed(parseObjectId(ANY_ID), 'id') }]
  requirePermit(decideRefs(receive, { commands, upstream, owned: await ledger.ownedBranches(agent, repo) }))
  return ref
}

interface Starting {
  readonly refs: readonly ListedRef[]
  readonly branch: RefName
  readonly defaultBranch: string | undefined
}

/** Where the forge has the branch; else where it is to begin. */
function findStart({ from }: AddTreeCall, { refs, branch, defaultBranch }: Starting): string | undefined {
  const idOf = (name: string | undefined): string | undefined => refs.find((ref) => ref.name === name)?.id
  const present = idOf(branch)
  if (from === undefined) return present ?? idOf(defaultBranch)
  const start = idOf(from.startsWith('refs/heads/') ? from : `refs/heads/${from}`)
  if (start === undefined) throw invalid('from', 'the forge has no such branch that this agent is shown', 'name a branch of the forge, or leave it out')
  if (present !== undefined && present !== start) throw invalid('from', 'the forge has the branch already, and it is elsewhere', 'leave it out, or choose another branch')
  return start
}

function renderConfig({ policy }: AgentTreeParts, { repo }: ReadPermit, { branch, refs }: Pick<Starting, 'branch' | 'refs'>): string {
  const forge = policy().config.forges.get(repo.forge)
  if (forge === undefined) throw new RefwardError('RW_CREDENTIAL_UNAVAILABLE', { repo: repo.id, detail: 'its forge is not in the configuration' })
  return renderAgentTreeConfig({ forge, path: repo.path, branch: branch.slice('refs/heads/'.length), tracked: refs.some(({ name }) => name === branch) })
}

function invalid(argument: string, detail: string, remedy: string): RefwardError {
  return new RefwardError('RW_ARGUMENT_INVALID', { argument, detail, remedy })
}
