import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gitFront } from '@refward/core-policy'
import { renderGitFront } from '@refward/gate-render'
import { git, gitEnvironment } from '@refward/testing-repositories'
import { added, interleave } from '../interleave.ts'
import type { Measurement, Row } from '../row.ts'
import type { BenchWorld } from '../world/bench-world.ts'

const ROUNDS = 400

/** A local command through the front of the shim. */
export function shimRow(world: BenchWorld): Row {
  return { id: 'shim-local-added-ms', unit: 'ms', budget: 2, bound: 'at-most', measure: () => measureLocal(world) }
}

async function measureLocal(world: BenchWorld): Promise<Measurement> {
  const work = world.place()
  await git(['init', '-q', work])
  await git(['commit', '-q', '--allow-empty', '-m', 'one'], { cwd: work })
  const realGit = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const front = join(world.directory, 'git')
  await writeFile(front, renderGitFront(gitFront, { git: realGit, node: process.execPath, program: join(world.directory, 'git-shim.mjs') }))
  await chmod(front, 0o755)
  const run = (program: string): Promise<unknown> => once(spawn(program, ['rev-parse', 'HEAD'], { cwd: work, env: gitEnvironment(), stdio: 'ignore' }), 'exit')
  return added(await interleave({ rounds: ROUNDS, direct: () => run(realGit), ours: () => run(front) }))
}
