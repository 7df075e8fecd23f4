/** Something took longer than it may. Becomes `RW_UPSTREAM_TIMEOUT` where it is known what was being done. */
export class WaitExceeded extends Error {
  override readonly name = 'WaitExceeded'

  readonly phase: string

  /** @param phase what was waited for, fit to stand behind "while". */
  constructor(phase: string) {
    super(`waited too long while ${phase}`)
    this.phase = phase
  }
}
