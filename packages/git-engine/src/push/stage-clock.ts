/** The steps of a push in their order, for the trace. */
export type PushStage = 'commands' | 'listing' | 'mirror' | 'receive' | 'scan' | 'content' | 'record' | 'forward' | 'answer' | 'adopt'

/** Milliseconds that each step took; steps that were not reached are absent. */
export type StageTimes = Readonly<Partial<Record<PushStage, number>>>

/** Measures the steps of one push one after another. */
export class StageClock {
  readonly #now: () => number
  readonly #times: Partial<Record<PushStage, number>> = {}
  #since: number

  /** @param now milliseconds that never go back, with fractions. */
  constructor(now: () => number) {
    this.#now = now
    this.#since = now()
  }

  /** Says that a step has ended and the next one begins. */
  end(stage: PushStage): void {
    const now = this.#now()
    this.#times[stage] = (this.#times[stage] ?? 0) + now - this.#since
    this.#since = now
  }

  get times(): StageTimes {
    return { ...this.#times }
  }
}
