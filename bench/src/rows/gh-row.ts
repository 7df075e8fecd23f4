import { added, interleave } from '../interleave.ts'
import type { Row } from '../row.ts'
import type { BenchWorld } from '../world/bench-world.ts'
import { startForgeWorld } from '../world/forge-world.ts'

const ROUNDS = 60

/** `pr view` by the gateway, without the shim's own start, beside the one request to the forge that it comes to. */
export function ghRow({ directory }: BenchWorld): Row {
  return {
    id: 'gh-added-ms',
    unit: 'ms',
    budget: 15,
    bound: 'at-most',
    measure: async () => {
      const forge = await startForgeWorld(directory)
      try {
        return added(await interleave({ rounds: ROUNDS, direct: () => forge.askDirect(), ours: () => forge.gh('pr', 'view', '1', '--json', 'number,title,state,url') }))
      } finally {
        await forge.stop()
      }
    },
  }
}
