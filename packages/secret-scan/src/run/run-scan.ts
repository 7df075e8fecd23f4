import type { ScanBudget, ScanReport } from '../scanner.ts'
import { ScanCollector } from './scan-collector.ts'
import { ScanGate } from './scan-gate.ts'
import { ScanStop } from './scan-stop.ts'

/**
 * Runs one scan within its budget and makes its report. INVARIANT: `clean` and `found` are answered only when `look` has
 * come to its end; whatever stops it on its way is an incomplete report.
 *
 * @throws only for defects: an error that is not a {@link ScanStop}.
 */
export async function runScan(
  { budget, clock }: { readonly budget: ScanBudget; readonly clock: () => number },
  look: (gate: ScanGate, collector: ScanCollector) => Promise<void>,
): Promise<ScanReport> {
  using gate = new ScanGate(budget, clock)
  const collector = new ScanCollector()
  try {
    gate.check()
    await look(gate, collector)
    gate.check()
  } catch (error) {
    if (!(error instanceof ScanStop)) throw error
    return { kind: 'incomplete', reason: error.reason, detail: error.message, findings: collector.findings() }
  }
  const findings = collector.findings()
  return findings.length === 0 ? { kind: 'clean', ...gate.spent } : { kind: 'found', ...gate.spent, findings }
}
