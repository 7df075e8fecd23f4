import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderGhFront } from '@refward/gate-render'
import { git, gitEnvironment } from '@refward/testing-repositories'
import { interleave, median } from '../interleave.ts'
import type { Measurement, Row } from '../row.ts'
import type { BenchWorld } from '../world/bench-world.ts'
import { type ForgeWorld, startForgeWorld } from '../world/forge-world.ts'

const ROUNDS = 60
const PROGRAM = fileURLToPath(new URL('../../../apps/refward/dist/gh-shim.mjs', import.meta.url))

/** `gh pr view` in a clone, from the call to its end: the shell, Node.js, the program of the shim, git, the gateway, and a real Gitea. */
export function ghShimRow(world: BenchWorld): Row {
  return { id: 'gh-shim-whole-ms', unit: 'ms', budget: 120, bound: 'at-most', measure: () => measureWhole(world) }
}

async function measureWhole(world: BenchWorld): Promise<Measurement> {
  const forge = await startForgeWorld(join(world.directory, 'gh-shim'))
  try {
    return await measureCalls(world, forge)
  } finally {
    await forge.stop()
  }
}

async function measureCalls(world: BenchWorld, { gateway, url }: ForgeWorld): Promise<Measurement> {
  const work = world.place()
  await git(['init', '-q', work])
  await git(['remote', 'add', 'origin', url], { cwd: work })
  const front = join(world.directory, 'gh')
  await writeFile(front, renderGhFront({ git: execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim(), node: process.execPath, program: PROGRAM }))
  await chmod(front, 0o755)
  const env = { ...gitEnvironment(), REFWARD_GATEWAY: gateway.origin, REFWARD_TOKEN: gateway.token }
  const run = async (program: string, argv: readonly string[]): Promise<void> => {
    const [status] = (await once(spawn(program, argv, { cwd: work, env, stdio: 'ignore' }), 'exit')) as [number]
    if (status !== 0) throw new Error(`${program} ${argv.join(' ')} ended with ${status}`)
  }
  const { direct, ours } = await interleave({ rounds: ROUNDS, direct: () => run(process.execPath, ['--eval', '']), ours: () => run(front, ['pr', 'view', '1']) })
  return { value: median(ours), reference: `Node.js alone ${median(direct).toFixed(1)} ms` }
}
