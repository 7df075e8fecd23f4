import { type Counts, failedOne } from './counts.ts'

export interface VitestReport {
  readonly counts: Counts
  /** Full names of the tests that did not run. */
  readonly skipped: readonly string[]
}

/**
 * Reads what vitest's json reporter wrote. A file that could not be loaded holds no failed test and is a failure all the same, as is
 * a report that is not there or says something else than the exit code.
 */
export function parseVitestReport(text: string | undefined, exitCode: number): VitestReport {
  const report = text === undefined ? undefined : asRecord(JSON.parse(text))
  if (report === undefined) return { counts: failedOne, skipped: [] }

  const files = asArray(report['testResults']).map(asRecord)
  const tests = files.flatMap((file) => asArray(file['assertionResults']).map(asRecord))
  const withStatus = (...statuses: readonly string[]): readonly Record<string, unknown>[] =>
    tests.filter((test) => statuses.includes(String(test['status'])))

  const brokenFiles = files.filter((file) => file['status'] === 'failed' && !hasFailedTest(file)).length
  const passed = withStatus('passed').length
  const skipped = withStatus('skipped', 'pending', 'todo', 'disabled').map((test) => String(test['fullName']))
  const failed = tests.length - passed - skipped.length + brokenFiles
  const unexplained = exitCode !== 0 && failed === 0 ? 1 : 0
  return { counts: { passed, failed: failed + unexplained, skipped: skipped.length }, skipped }
}

function hasFailedTest(file: Record<string, unknown>): boolean {
  return asArray(file['assertionResults']).some((test) => asRecord(test)['status'] === 'failed')
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
