/** What came of a step, or of all of them. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const passedOne: Counts = { passed: 1, failed: 0, skipped: 0 }
export const failedOne: Counts = { passed: 0, failed: 1, skipped: 0 }
export const skippedOne: Counts = { passed: 0, failed: 0, skipped: 1 }

export function addCounts(all: readonly Counts[]): Counts {
  return all.reduce(
    (sum, counts) => ({
      passed: sum.passed + counts.passed,
      failed: sum.failed + counts.failed,
      skipped: sum.skipped + counts.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}

/** On a build server nothing may be left out. */
export function failWhatWasSkipped({ passed, failed, skipped }: Counts): Counts {
  return { passed, failed: failed + skipped, skipped: 0 }
}

/** The closing line of `npm test`. */
export function renderCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
