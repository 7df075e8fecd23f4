import type { Config, ScannerName } from '@refward/core-policy'
import { runProgram } from '@refward/git-engine'
import type { Scanner } from '@refward/secret-scan'
import { createGitleaksScanner, createSecretlintScanner } from '@refward/secret-scan'

export interface ScannerParts {
  readonly config: Config
  readonly fingerprintKey: Uint8Array
  readonly liveSecrets: () => readonly Uint8Array[]
  readonly clock: () => number
  /** Where programs are looked up. */
  readonly searchPath: string
}

export interface Scanners {
  readonly scanner: (name: ScannerName) => Scanner
  close(): Promise<void>
}

/** Every scanner is there; none costs anything before it is used. A missing program denies the pushes that need it. */
export function createScanners({ config, fingerprintKey, liveSecrets, clock, searchPath }: ScannerParts): Scanners {
  const shared = { fingerprintKey, liveSecrets, clock }
  const { gitleaks, workers } = config.scanners
  const scanners: Readonly<Record<ScannerName, Scanner>> = {
    secretlint: createSecretlintScanner({ ...shared, workers: { count: workers } }),
    gitleaks: createGitleaksScanner({
      ...shared,
      program: gitleaks.program,
      run: async (program, args, stdin, limits) => {
        const { code, stdout, stderr } = await runProgram(program, args, { ...limits, environment: { PATH: searchPath, LC_ALL: 'C' }, stdin, timeoutMs: longestScan })
        return { code, stdout: Buffer.from(stdout).toString('utf8'), stderr: Buffer.from(stderr).toString('utf8') }
      },
    }),
  }
  return {
    scanner: (name) => scanners[name],
    close: async () => {
      await Promise.all(Object.values(scanners).map((scanner) => scanner.close()))
    },
  }
}

/** The push's own deadline ends a scan earlier. */
const longestScan = 60 * 60_000
