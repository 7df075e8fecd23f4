import type { RepoId } from '@refward/core-policy'
import type { RefListing } from '@refward/upstream'
import { expect, test } from 'vitest'
import { ProofCache } from './proof-cache.ts'
import { RecentListings } from './recent-listings.ts'

const repo = 'gitea/acme/widget' as RepoId
const listing = (): RefListing => ({ refs: [], head: undefined, objectFormat: 'sha1' })

test('a session gets back the listing that it was given, for two minutes', () => {
  let now = 0
  const listings = new RecentListings(() => now)
  const given = listing()
  listings.give('s1', repo, given)
  now = 119_999
  expect(listings.recall('s1', repo)).toBe(given)
  now = 120_000
  expect(listings.recall('s1', repo)).toBeUndefined()
})

test('never that of another session or repository', () => {
  const listings = new RecentListings(() => 0)
  listings.give('s1', repo, listing())
  expect(listings.recall('s2', repo)).toBeUndefined()
  expect(listings.recall('s1', 'gitea/acme/other' as RepoId)).toBeUndefined()
})

test('sessions without number do not fill the memory', () => {
  const listings = new RecentListings(() => 0)
  for (let at = 0; at < 1001; at += 1) listings.give(`s${at}`, repo, listing())
  expect(listings.recall('s0', repo)).toBeUndefined()
  expect(listings.recall('s1', repo)).toBeDefined()
})

test('a proof holds for the tips that it was made for, and no others', () => {
  const proofs = new ProofCache()
  proofs.prove(['t1', 't2'], new Set(['a']))
  expect([...proofs.unproven(['t2', 't1'], new Set(['a', 'b']))]).toEqual(['b'])
  expect([...proofs.unproven(['t1'], new Set(['a']))]).toEqual(['a'])
})

test('proofs without number do not fill the memory', () => {
  const proofs = new ProofCache()
  const many = new Set(Array.from({ length: 100_000 }, (_, at) => `${at}`))
  proofs.prove(['t'], many)
  proofs.prove(['t'], new Set(['one more']))
  expect(proofs.unproven(['t'], many).size).toBe(100_000)
  for (let at = 0; at < 17; at += 1) proofs.prove([`view ${at}`], new Set(['a']))
  expect(proofs.unproven(['view 0'], new Set(['a'])).size).toBe(1)
  expect(proofs.unproven(['view 16'], new Set(['a'])).size).toBe(0)
})
