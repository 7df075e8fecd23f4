import type { RefwardCode } from '@refward/core-policy'
import type { AuditLine } from '@refward/testing-gateway'
import type { HostedRepository } from '@refward/testing-http-upstream'
import { type RawPushAnswer, type RawRepository, push } from '@refward/testing-raw-git'
import { expect } from 'vitest'
import type { AttackWorld } from './attack-world.ts'
import type { Offer } from './offers.ts'
import { findSecrets } from './planted.ts'

/** Sends an offer one of the ways. */
export function send(way: RawRepository, { brings: _brings, ...offer }: Offer): Promise<RawPushAnswer> {
  return push(way, offer)
}

/** The ids of these that a repository has, reachable or not. */
export async function present(repository: HostedRepository, ids: readonly string[]): Promise<readonly string[]> {
  const checked = await repository.git(['cat-file', '--batch-check=%(objectname)'], { input: ids.map((id) => `${id}\n`).join('') })
  const missing = new Set(checked.split('\n').flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, 40)] : [])))
  return ids.filter((id) => !missing.has(id))
}

export interface Refused {
  readonly code: RefwardCode
  readonly brings?: readonly string[]
  /** What must not be in any answer, log or record. */
  readonly secrets?: readonly string[]
}

interface Before {
  readonly refs: ReadonlyMap<string, string>
  readonly objects: string
  readonly present: readonly string[]
  readonly seq: number
  readonly pushes: number
}

async function lookBefore({ widget, gateway, upstream }: AttackWorld, brings: readonly string[]): Promise<Before> {
  const { body } = await gateway.control('POST', '/v1/audit/verify', {})
  const { verdict } = JSON.parse(body) as { readonly verdict: { readonly head: { readonly seq: number } } }
  return { refs: await widget.refs(), objects: await listObjects(widget), present: await present(widget, brings), seq: verdict.head.seq, pushes: upstream.count({ operation: 'push' }) }
}

function listObjects(repository: HostedRepository): Promise<string> {
  return repository.git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'])
}

/**
 * Does something that must be refused, and looks for what it must not have left behind: nothing upstream, nothing in quarantine,
 * no secret in what was said or written, and the record of the refusal.
 */
export async function expectRefused<T extends { readonly bytes: Uint8Array }>(world: AttackWorld, { code, brings = [], secrets = [] }: Refused, act: () => Promise<T>): Promise<T> {
  const before = await lookBefore(world, brings)
  const answer = await act()
  expect(Buffer.from(answer.bytes).toString('utf8')).toContain(code)
  expect(await world.widget.refs()).toEqual(before.refs)
  expect(await listObjects(world.widget)).toBe(before.objects)
  expect(await present(world.widget, brings)).toEqual(before.present)
  expect(world.upstream.count({ operation: 'push' })).toBe(before.pushes)
  expect(await world.gateway.quarantine()).toEqual([])
  const audit = await world.gateway.audit(before.seq + 1)
  expect(audit.filter((line) => isDenial(line, code))).toHaveLength(1)
  expect(findSecrets(answer.bytes, [...secrets, world.password])).toEqual([])
  expect(findSecrets(JSON.stringify(audit), [...secrets, world.password])).toEqual([])
  return answer
}

function isDenial({ kind, outcome, codes }: AuditLine, code: string): boolean {
  return kind === 'decided' && outcome === 'deny' && Array.isArray(codes) && codes.includes(code)
}

/** A push that must be refused, ref by ref. */
export async function expectPushRefused(world: AttackWorld, offer: Offer, refused: Refused): Promise<RawPushAnswer> {
  const answer = await expectRefused(world, { brings: offer.brings, ...refused }, () => send(world.ways.refward, offer))
  // Where there is no report, the answer is an error of its own, which no client takes for success.
  for (const ref of answer.report?.refs ?? []) expect(ref.kind).toBe('ng')
  return answer
}

/** The push works this way: its objects are there, and its client is told so. */
export async function expectTaken(way: RawRepository, repository: HostedRepository, offer: Offer): Promise<void> {
  const answer = await send(way, offer)
  // With what was said, so that a failure of this shows why.
  expect(answer.report?.refs.map(({ kind }) => (kind === 'ok' ? 'ok' : answer.progress))).toEqual(offer.commands.map(() => 'ok'))
  expect(await present(repository, offer.brings)).toEqual(offer.brings)
}
