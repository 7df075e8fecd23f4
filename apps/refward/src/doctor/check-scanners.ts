import { generateKeyPairSync } from 'node:crypto'

import type { ScannerName } from '@refward/core-policy'

import type { World } from '../cli/world.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { createScanners } from '../gateway/scanners.ts'
import type { Check } from './check.ts'
import { runCheck } from './check.ts'

const scanMilliseconds = 30_000

/** Each scanner that a repository uses is given a key made for this moment, and must find it. */
export async function checkScanners(world: World, { config }: LoadedConfig): Promise<readonly Check[]> {
  const names = new Set(config.repositories.map(({ settings }) => settings.secrets.scanner))
  const searchPath = world.environment['PATH'] ?? ''
  const scanners = createScanners({ config, fingerprintKey: world.randomBytes(32), liveSecrets: () => [], clock: world.clock, searchPath })
  try {
    return await Promise.all([...names].map((name) => checkScanner(world, name, scanners.scanner(name))))
  } finally {
    await scanners.close()
  }
}

type Scanner = ReturnType<ReturnType<typeof createScanners>['scanner']>

function checkScanner({ clock, signal }: World, name: ScannerName, scanner: Scanner): Promise<Check> {
  return runCheck(`scanner ${name}`, async () => {
    const chunks = Buffer.from(`deploy key:\n${makeKey()}`)
    const input = { meta: { id: '1'.repeat(40), type: 'blob', path: 'key.pem' }, size: chunks.byteLength, chunks } as const
    const report = await scanner.scan([input], { signal, deadline: clock() + scanMilliseconds, bytes: 1024 * 1024 })
    if (report.kind === 'found') return { state: 'ok', detail: 'found the key that was made to test it' }
    const detail = report.kind === 'clean' ? 'did not find the key that was made to test it' : report.detail
    return { state: 'fail', detail, hint: 'until it works, pushes that it would scan are denied' }
  })
}

function makeKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
