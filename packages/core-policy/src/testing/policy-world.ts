import { stringify } from 'yaml'
import { compilePolicy } from '../config/compile-policy.ts'
import type { Policy } from '../config/compile-policy.ts'
import type { Subject } from '../config/config.ts'
import { parseConfig } from '../config/parse-config.ts'
import { decideReceive } from '../decide/decide-read.ts'
import type { PushFacts, UpstreamFacts } from '../decide/facts.ts'
import type { ReceivePermit } from '../decide/permits.ts'
import { indexRefs } from '../decide/ref-index.ts'
import { parseAgentName } from '../ids/names.ts'
import type { ObjectId } from '../ids/object-id.ts'
import { parseRepoId } from '../ids/repo-id.ts'
import type { RepoId } from '../ids/repo-id.ts'
import { unwrap } from './unwrap.ts'

export const OLD_ID: ObjectId = 'a'.repeat(40) as ObjectId
export const NEW_ID: ObjectId = 'b'.repeat(40) as ObjectId
export const WIDGET: RepoId = unwrap(parseRepoId('gitea/acme/widget'))

/** The shortest configuration, with the settings of its one repository. */
export function createPolicy(settings: object = {}): Policy {
  const config = {
    version: 1,
    forges: { gitea: { kind: 'gitea', url: 'https://git.example.org', credential: { env: 'GITEA_TOKEN' } } },
    repositories: { 'gitea/acme/widget': { read: ['*'], push: ['*'], ...settings } },
  }
  return compilePolicy(unwrap(parseConfig(stringify(config))))
}

export function createSubject(agent: string = 'fixer', repositories: readonly string[] = ['gitea/acme/*']): Subject {
  return { agent: unwrap(parseAgentName(agent)), session: undefined, repositories }
}

/** The permit to push to the one repository. */
export function createReceive(settings: object = {}, agent: string = 'fixer'): ReceivePermit {
  const decision = decideReceive(createPolicy(settings), createSubject(agent), WIDGET)
  if (decision.kind === 'permit') return decision.permit
  throw new Error(decision.refusals.map(({ message }) => message).join('\n'))
}

/** Refs that all have the same value, and the branch that HEAD names, which may be `unknown`. */
export function createUpstream(refs: readonly string[] = ['refs/heads/main'], head: string = 'refs/heads/main', symbolic: readonly string[] = []): UpstreamFacts {
  return {
    refs: indexRefs(refs.map((name) => ({ name, id: OLD_ID, ...(symbolic.includes(name) ? { symrefTarget: head } : {}) }))),
    defaultBranch: head === 'unknown' ? { kind: 'unknown' } : { kind: 'known', ref: head },
  }
}

/** A push with nothing in it that any rule could mind. */
export function createFacts(facts: Partial<PushFacts> = {}): PushFacts {
  return {
    commits: [],
    changes: [],
    rewrites: new Set(),
    targets: new Map(),
    objects: { count: 3, bytes: 1000, largest: { id: NEW_ID, bytes: 500 }, unreachable: undefined },
    gitlinks: [],
    symlinks: [],
    submodules: [],
    findings: [],
    ownCredentials: [],
    now: Date.parse('2026-11-23T12:00:00Z'),
    ...facts,
  }
}
