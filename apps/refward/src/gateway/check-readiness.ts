import type { ReadinessCheck } from '@refward/gateway-server'
import type { Keyring } from '@refward/key-provision'
import type { Ledger } from '@refward/ledger'

export interface ReadinessParts {
  readonly ledger: Ledger
  readonly keyring: Keyring
}

/** What has to be right for the gateway to serve. Git was checked at the start; the forge is asked with every request anyway. */
export async function checkReadiness({ ledger, keyring }: ReadinessParts): Promise<readonly ReadinessCheck[]> {
  const problems = keyring.problems()
  return [
    await checkLedger(ledger),
    {
      name: 'credentials',
      ok: problems.length === 0,
      detail: problems.length === 0 ? 'every source gave one' : problems.map(({ path, detail }) => `${path}: ${detail}`).join('; '),
    },
  ]
}

async function checkLedger(ledger: Ledger): Promise<ReadinessCheck> {
  try {
    const { seq } = await ledger.auditHead()
    return { name: 'ledger', ok: true, detail: `${seq} lines of audit` }
  } catch (error) {
    return { name: 'ledger', ok: false, detail: error instanceof Error ? error.message : 'it failed' }
  }
}
