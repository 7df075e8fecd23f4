/**
 * How long the longest chain of differences is. `bases` says for each object that is stored as a difference what it is a
 * difference to; git has made sure that there is no circle.
 */
export function longestDeltaChain(bases: ReadonlyMap<string, string>): number {
  const depths = new Map<string, number>()
  let longest = 0
  for (const id of bases.keys()) longest = Math.max(longest, measure(id, bases, depths))
  return longest
}

/** Not recursive: a chain of a million would be a stack of a million. */
function measure(id: string, bases: ReadonlyMap<string, string>, depths: Map<string, number>): number {
  const chain: string[] = []
  let at: string | undefined = id
  while (at !== undefined && !depths.has(at) && chain.length <= bases.size) {
    chain.push(at)
    at = bases.get(at)
  }
  let depth = at === undefined ? -1 : (depths.get(at) ?? -1)
  for (const link of chain.toReversed()) depths.set(link, (depth += 1))
  return depth
}
