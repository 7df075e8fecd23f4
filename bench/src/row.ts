/** One line of the report. */
export interface RowResult {
  readonly id: string
  readonly value: number
  readonly unit: 'ms' | 'ratio' | 'fetches' | 'us' | 'MB'
  /** What it was measured beside, with its own figure. */
  readonly reference: string
  readonly budget: number
  readonly ok: boolean
}

/** What a measurement found. */
export interface Measurement {
  readonly value: number
  readonly reference: string
}

/** A measurement with its budget: `at-most` for times, sizes and counts, `at-least` for speeds against a reference. */
export interface Row {
  readonly id: string
  readonly unit: RowResult['unit']
  readonly budget: number
  readonly bound: 'at-most' | 'at-least'
  measure(): Promise<Measurement>
}

export async function measureRow(row: Row): Promise<RowResult> {
  const { value, reference } = await row.measure()
  const ok = row.bound === 'at-most' ? value <= row.budget : value >= row.budget
  return { id: row.id, value: round(value), unit: row.unit, reference, budget: row.budget, ok }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
