import { spawn } from 'node:child_process'
import { decideContent, decideReceive, decideRefs, type Decision, type ForwardPermit, indexRefs, parseObjectId } from '@refward/core-policy'
import type { HostedRepository } from '@refward/testing-http-upstream'
import { gitEnvironment } from '@refward/testing-repositories'
import type { PushListing, PushRequest } from '../types.ts'
import type { ForgeFixture } from './forge-fixture.ts'

/** What is to become of a ref. */
export interface WantedUpdate {
  readonly ref: string
  /** Undefined to delete. */
  readonly newId: string | undefined
}

const ZERO: string = '0'.repeat(40)

/** A permit for these updates, from the real decisions, on what the listing says. */
function permitFor(fixture: ForgeFixture, listing: PushListing, wanted: readonly WantedUpdate[]): ForwardPermit {
  const subject = { agent: fixture.agent, session: 'session', repositories: ['gitea/acme/*'] }
  const refs = indexRefs(listing.refs.flatMap(({ name, id }) => {
    const parsed = parseObjectId(id)
    return parsed.kind === 'ok' ? [{ name, id: parsed.value }] : []
  }))
  const commands = wanted.map(({ ref, newId }) => ({ ref, oldId: refs.idOf(ref), newId: newId ?? ZERO }))
  const receive = permitted(decideReceive(fixture.policy, subject, fixture.repo().id))
  const upstream = { refs, defaultBranch: { kind: 'known', ref: 'refs/heads/main' } } as const
  const allowed = permitted(decideRefs(receive, { commands, upstream, owned: new Set() }))
  return permitted(decideContent(allowed, nothingNew(wanted)))
}

function nothingNew(wanted: readonly WantedUpdate[]): Parameters<typeof decideContent>[1] {
  const target = { type: 'commit', peeled: 'commit' } as const
  return {
    commits: [],
    changes: [],
    rewrites: new Set(),
    targets: new Map(wanted.map(({ ref }) => [ref, target])),
    objects: { count: 0, bytes: 0, largest: undefined, unreachable: undefined },
    gitlinks: [],
    symlinks: [],
    submodules: [],
    findings: [],
    ownCredentials: [],
    now: Date.now(),
  }
}

function permitted<P>(decision: Decision<P>): P {
  if (decision.kind === 'permit') return decision.permit
  throw new Error(JSON.stringify(decision.refusals))
}

/** A push of what is in a repository beside the hosted one. */
export async function pushRequest(fixture: ForgeFixture, listing: PushListing, options: { readonly wanted: readonly WantedUpdate[]; readonly from: HostedRepository }): Promise<PushRequest & { readonly progress: () => string }> {
  const permit = permitFor(fixture, listing, options.wanted)
  const told: Uint8Array[] = []
  const news = options.wanted.flatMap(({ newId }) => newId ?? [])
  return {
    permit,
    commands: permit.updates.map(({ ref, oldId, newId }) => ({ ref, oldId, newId })),
    capabilities: listing.capabilities,
    pack: news.length === 0 ? undefined : packOf(options.from.gitDir, news, listing.refs.map(({ id }) => id)),
    onProgress: (text) => void told.push(text),
    progress: () => Buffer.concat(told).toString('utf8'),
  }
}

/** What git itself packs: everything that the new ids reach and the known ones do not. */
async function* packOf(gitDir: string, news: readonly string[], known: readonly string[]): AsyncGenerator<Uint8Array> {
  const args = ['--git-dir', gitDir, 'pack-objects', '--revs', '--stdout', '-q', '--delta-base-offset']
  const child = spawn('git', args, { env: gitEnvironment(), stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.on('error', () => undefined) // it ends early when nobody reads it
  child.stdin.end([...news, ...known.map((id) => `^${id}`)].map((line) => `${line}\n`).join(''))
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>
  } finally {
    child.kill()
  }
}
