import { isList } from './values.ts'
import { JqProblem, type Json } from './syntax.ts'

/** What an expression may cost altogether: about a second. */
const MAXIMUM_COST = 500_000
/** Characters of a text that cost as much as a value. */
const CHARACTERS = 64

/**
 * Counts what an expression costs. A value may stand in another many times over: `[., .]` a few times in a row is small in memory, and without an end for whatever
 * looks at all of it. So the weight of a value is that of all it holds, as often as it holds it; it is known before anything is done with the value.
 */
export class Meter {
  #spent = 0
  readonly #weights = new WeakMap<object, number>()
  readonly #heaviest: number

  /** @param input what the expression is run on: that much is there already. */
  constructor(input: Json) {
    this.#heaviest = MAXIMUM_COST + this.weigh(input)
  }

  get isSpent(): boolean {
    return this.#spent > MAXIMUM_COST
  }

  /** @throws JqProblem when it is more than there is; that is no problem which an expression may ignore. */
  spend(cost: number, problem: string = 'it takes too many steps'): void {
    this.#spent += cost
    if (this.isSpent) throw new JqProblem(problem)
  }

  /** A value that was made or passed on. */
  count(value: Json): void {
    const size = typeof value === 'string' ? value.length / CHARACTERS : isList(value) ? value.length / 8 : 0
    this.spend(1)
    this.spend(size, TOO_MUCH)
    if (this.weigh(value) > this.#heaviest) this.spend(Infinity, TOO_MUCH)
  }

  /** Before all of a value is looked at. */
  spendAll(value: Json, times: number = 1): void {
    this.spend(this.weigh(value) * times, TOO_MUCH)
  }

  /** INVARIANT: linear in what is new in a value; what it is made of was weighed before. */
  weigh(value: Json): number {
    if (typeof value === 'string') return 1 + value.length / CHARACTERS
    if (typeof value !== 'object' || value === null) return 1
    const known = this.#weights.get(value)
    if (known !== undefined) return known
    let weight = 1
    if (isList(value)) for (const item of value) weight += this.weigh(item)
    else for (const [name, item] of Object.entries(value)) weight += this.weigh(name) + this.weigh(item)
    this.#weights.set(value, weight)
    return weight
  }
}

const TOO_MUCH = 'it makes too much'

/** Before everything in one value is held against everything in another. */
export function spendOnPairs(meter: Meter, left: Json, right: Json): void {
  if (typeof left === 'object' || typeof right === 'object') meter.spend((meter.weigh(left) * meter.weigh(right)) / 8)
  else if (typeof left === 'string' && typeof right === 'string') meter.spend((left.length * right.length) / 10_000)
}
