import { type Filter, JqProblem, type Operator } from './syntax.ts'
import { type Token, readTokens } from './tokens.ts'
import { FUNCTIONS } from './functions.ts'

const MAXIMUM_LENGTH = 2000
const MAXIMUM_DEPTH = 40
const FORMATS: ReadonlySet<string> = new Set(['@text', '@json', '@tsv', '@csv'])
const COMPARISONS: readonly Operator[] = ['==', '!=', '<', '<=', '>', '>=']

/** Reads an expression. @throws JqProblem */
export function parseJq(source: string, depth: number = 0): Filter {
  if (source.length > MAXIMUM_LENGTH) throw new JqProblem(`it has more than ${MAXIMUM_LENGTH} characters`)
  const parser = new JqParser(readTokens(source), depth)
  return parser.readWhole()
}

class JqParser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth: number

  constructor(tokens: readonly Token[], depth: number) {
    this.#tokens = tokens
    this.#depth = depth
  }

  readWhole(): Filter {
    const filter = this.#tokens.length === 0 ? ({ kind: 'identity' } as const) : this.#pipe()
    if (this.#at < this.#tokens.length) throw new JqProblem(`${this.#describe()} is not understood; variables, functions of one's own, assignments and arithmetic but + and - are not`)
    return filter
  }

  #pipe(): Filter {
    this.#depth += 1
    if (this.#depth > MAXIMUM_DEPTH) throw new JqProblem('it is nested too deeply')
    let filter = this.#comma()
    while (this.#take('|')) filter = { kind: 'pipe', left: filter, right: this.#comma() }
    this.#depth -= 1
    return filter
  }

  #comma(): Filter {
    let filter = this.#alternative()
    while (this.#take(',')) filter = { kind: 'comma', left: filter, right: this.#alternative() }
    return filter
  }

  #alternative(): Filter {
    const left = this.#or()
    return this.#take('//') ? { kind: 'alternative', left, right: this.#alternative() } : left
  }

  #or(): Filter {
    let filter = this.#and()
    while (this.#takeWord('or')) filter = { kind: 'or', left: filter, right: this.#and() }
    return filter
  }

  #and(): Filter {
    let filter = this.#comparison()
    while (this.#takeWord('and')) filter = { kind: 'and', left: filter, right: this.#comparison() }
    return filter
  }

  #comparison(): Filter {
    const left = this.#sum()
    const operator = COMPARISONS.find((text) => this.#take(text))
    return operator === undefined ? left : { kind: 'operator', operator, left, right: this.#sum() }
  }

  #sum(): Filter {
    let filter = this.#postfix()
    for (;;) {
      const operator = (['+', '-'] as const).find((text) => this.#take(text))
      if (operator === undefined) return filter
      filter = { kind: 'operator', operator, left: filter, right: this.#postfix() }
    }
  }

  #postfix(): Filter {
    let filter = this.#term()
    for (;;) {
      const next = this.#tokens[this.#at]
      if (next?.kind === 'field') {
        this.#at += 1
        filter = { kind: 'index', of: filter, by: { kind: 'literal', value: next.text } }
      } else if (this.#take('?')) filter = { kind: 'try', body: filter }
      else if (this.#take('[')) filter = this.#bracket(filter)
      else if (this.#isMark('.') && this.#isMark('[', 1)) this.#at += 1
      else return filter
    }
  }

  #bracket(of: Filter): Filter {
    if (this.#take(']')) return { kind: 'each', of }
    const from = this.#isMark(':') ? undefined : this.#pipe()
    if (!this.#take(':')) {
      this.#expect(']')
      return { kind: 'index', of, by: from ?? { kind: 'identity' } }
    }
    const to = this.#isMark(']') ? undefined : this.#pipe()
    this.#expect(']')
    return { kind: 'slice', of, from, to }
  }

  #term(): Filter {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new JqProblem('it ends too early')
    this.#at += 1
    switch (token.kind) {
      case 'field':
        return { kind: 'index', of: { kind: 'identity' }, by: { kind: 'literal', value: token.text } }
      case 'number':
        return { kind: 'literal', value: token.value }
      case 'text':
        return this.#text(token, undefined)
      case 'format':
        return this.#format(token.text)
      case 'word':
        return this.#word(token.text)
      case 'mark':
        return this.#mark(token.text)
    }
  }

  #mark(text: string): Filter {
    if (text === '.') {
      const next = this.#tokens[this.#at]
      if (next?.kind !== 'text') return { kind: 'identity' }
      this.#at += 1
      return { kind: 'index', of: { kind: 'identity' }, by: this.#text(next, undefined) }
    }
    if (text === '(') {
      const filter = this.#pipe()
      this.#expect(')')
      return filter
    }
    if (text === '[') {
      if (this.#take(']')) return { kind: 'list', body: undefined }
      const body = this.#pipe()
      this.#expect(']')
      return { kind: 'list', body }
    }
    if (text === '{') return this.#object()
    const next = this.#tokens[this.#at]
    if (text === '-' && next?.kind === 'number') {
      this.#at += 1
      return { kind: 'literal', value: -next.value }
    }
    this.#at -= 1
    throw new JqProblem(`${this.#describe()} is not understood`)
  }

  #object(): Filter {
    const members: { readonly key: Filter; readonly value: Filter }[] = []
    while (!this.#take('}')) {
      if (members.length > 0) this.#expect(',')
      members.push(this.#member())
    }
    return { kind: 'object', members }
  }

  /** `name`, `name: filter`, `"text": filter`, `(filter): filter`. */
  #member(): { readonly key: Filter; readonly value: Filter } {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'word' || token?.kind === 'text') {
      const key: Filter = token.kind === 'word' ? { kind: 'literal', value: token.text } : this.#text(token, undefined)
      return { key, value: this.#take(':') ? this.#alternative() : { kind: 'index', of: { kind: 'identity' }, by: key } }
    }
    if (token?.kind === 'mark' && token.text === '(') {
      const key = this.#pipe()
      this.#expect(')')
      this.#expect(':')
      return { key, value: this.#alternative() }
    }
    throw new JqProblem('a member of an object has no name')
  }

  #text({ pieces, filters }: Extract<Token, { kind: 'text' }>, format: string | undefined): Filter {
    const parts = pieces.flatMap((piece, index): (string | Filter)[] => [piece, ...(filters[index] === undefined ? [] : [parseJq(filters[index], this.#depth + 1)])])
    return { kind: 'text', parts, format }
  }

  #format(name: string): Filter {
    if (!FORMATS.has(name)) throw new JqProblem(`the format ${name} is not known; these are: ${[...FORMATS].join(' ')}`)
    const next = this.#tokens[this.#at]
    if (next?.kind !== 'text') return { kind: 'text', parts: [{ kind: 'identity' }], format: name }
    this.#at += 1
    return this.#text(next, name)
  }

  #word(name: string): Filter {
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' }
    if (name === 'null') return { kind: 'literal', value: null }
    if (name === 'if') return this.#if()
    const parameters: Filter[] = []
    if (this.#take('(')) {
      do parameters.push(this.#pipe())
      while (this.#take(';'))
      this.#expect(')')
    }
    if (!FUNCTIONS.has(`${name}/${parameters.length}`)) throw new JqProblem(`there is no ${name} with ${parameters.length} argument(s) here; known: ${[...FUNCTIONS.keys()].join(' ')}`)
    return { kind: 'call', name: `${name}/${parameters.length}`, parameters }
  }

  #if(): Filter {
    const condition = this.#pipe()
    this.#expectWord('then')
    const consequence = this.#pipe()
    if (this.#takeWord('elif')) return { kind: 'if', condition, consequence, otherwise: this.#if() }
    const otherwise: Filter = this.#takeWord('else') ? this.#pipe() : { kind: 'identity' }
    this.#expectWord('end')
    return { kind: 'if', condition, consequence, otherwise }
  }

  #isMark(text: string, ahead: number = 0): boolean {
    const token = this.#tokens[this.#at + ahead]
    return token?.kind === 'mark' && token.text === text
  }

  #take(text: string): boolean {
    if (!this.#isMark(text)) return false
    this.#at += 1
    return true
  }

  #takeWord(text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word' || token.text !== text) return false
    this.#at += 1
    return true
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new JqProblem(`${text} is missing before ${this.#describe()}`)
  }

  #expectWord(text: string): void {
    if (!this.#takeWord(text)) throw new JqProblem(`${text} is missing before ${this.#describe()}`)
  }

  #describe(): string {
    const token = this.#tokens[this.#at]
    if (token === undefined) return 'the end'
    return token.kind === 'text' ? 'a text' : JSON.stringify('text' in token ? token.text : token.value)
  }
}
