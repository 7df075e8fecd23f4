import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median } from '../interleave.ts'
import type { Measurement, Row } from '../row.ts'
import type { BenchWorld } from '../world/bench-world.ts'
import { findFreePort, startGatewayProcess, waitUntilReady } from '../world/gateway-process.ts'
import { residentBytes } from '../world/process-memory.ts'
import { readFile, writeFile } from 'node:fs/promises'

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))
const SETTLE_MS = 3_000
const STARTS = 5
const MEBIBYTE = 1024 * 1024

export function processRows(world: BenchWorld): readonly Row[] {
  return [
    { id: 'idle-rss-mb', unit: 'MB', budget: 100, bound: 'at-most', measure: () => measureIdle(world) },
    { id: 'start-warm-ms', unit: 'ms', budget: 2000, bound: 'at-most', measure: () => measureStart(world) },
  ]
}

/** A gateway of its own, so that what other rows did does not count. */
async function measureIdle(world: BenchWorld): Promise<Measurement> {
  const gateway = await startGatewayProcess(join(world.directory, 'idle'), world.upstream)
  try {
    await sleep(SETTLE_MS)
    return { value: (await residentBytes(gateway.pid)) / MEBIBYTE, reference: `${SETTLE_MS / 1000} s after it became ready` }
  } finally {
    await gateway.stop()
  }
}

/** From the command that the README names to the first answer of `/ready`. */
async function measureStart(world: BenchWorld): Promise<Measurement> {
  const times: number[] = []
  for (let round = 0; round <= STARTS; round += 1) times.push(await startOnce(world))
  const counted = times.slice(1)
  return { value: median(counted), reference: `npm start -- up, ${counted.length} starts` }
}

async function startOnce(world: BenchWorld): Promise<number> {
  const port = await findFreePort()
  const config = join(world.directory, 'gateway', `start-${port}.yaml`)
  const text = await readFile(join(world.directory, 'gateway', 'refward.yaml'), 'utf8')
  await writeFile(config, text.replace(/^listen: .*$/m, `listen: 127.0.0.1:${port}\ndata: start-data`))
  const from = performance.now()
  const child = spawn('npm', ['start', '--silent', '--', 'up', '--config', config], {
    cwd: REPOSITORY,
    env: { ...process.env, FORGE_PASSWORD: world.upstream.password },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  })
  await waitUntilReady(`http://127.0.0.1:${port}`, child)
  const took = performance.now() - from
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  await once(child, 'exit')
  return took
}
