import type { Writable } from 'node:stream'

/** Tells the demonstration and keeps count of what was not as it should be. */
export class Narrator {
  readonly #out: Writable
  #step = 0
  #passed = 0
  readonly #failures: string[] = []

  constructor(out: Writable) {
    this.#out = out
  }

  get failures(): readonly string[] {
    return this.#failures
  }

  get passed(): number {
    return this.#passed
  }

  step(title: string): void {
    this.#step += 1
    this.#write(`\n${this.#step}. ${title}\n`)
  }

  say(text: string): void {
    this.#write(`   ${text.replaceAll('\n', '\n   ')}\n`)
  }

  command(who: 'agent' | 'operator', command: string): void {
    this.#write(`   ${who} $ ${command}\n`)
  }

  output(text: string): void {
    for (const line of text.replace(/\n+$/, '').split('\n')) if (line !== '') this.#write(`     ${line}\n`)
  }

  /** Says that something holds, or that it does not. */
  check(holds: boolean, what: string): void {
    if (holds) this.#passed += 1
    else this.#failures.push(what)
    this.#write(`   ${holds ? 'ok' : 'NOT AS IT SHOULD BE'}: ${what}\n`)
  }

  #write(text: string): void {
    this.#out.write(text)
  }
}
