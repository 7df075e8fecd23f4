/** Times of one thing done two ways, in milliseconds, run by run. */
export interface Pairs {
  readonly direct: readonly number[]
  readonly ours: readonly number[]
}

export interface Contenders {
  readonly rounds: number
  readonly direct: (round: number) => Promise<unknown>
  readonly ours: (round: number) => Promise<unknown>
}

/**
 * Runs both in turn, and swaps who goes first, so that a machine that becomes slower or faster does so for both. The first round
 * is not counted.
 */
export async function interleave({ rounds, direct, ours }: Contenders): Promise<Pairs> {
  const pairs: { readonly direct: number[]; readonly ours: number[] } = { direct: [], ours: [] }
  for (let round = 0; round <= rounds; round += 1) {
    const both = [async () => pairs.direct.push(await time(() => direct(round))), async () => pairs.ours.push(await time(() => ours(round)))]
    for (const run of round % 2 === 0 ? both : both.toReversed()) await run()
  }
  return { direct: pairs.direct.slice(1), ours: pairs.ours.slice(1) }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** What the gateway adds, and what it is added to. */
export function added({ direct, ours }: Pairs): { readonly value: number; readonly reference: string } {
  return { value: median(ours) - median(direct), reference: `direct ${median(direct).toFixed(1)} ms, ours ${median(ours).toFixed(1)} ms` }
}

async function time(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await run()
  return performance.now() - from
}
