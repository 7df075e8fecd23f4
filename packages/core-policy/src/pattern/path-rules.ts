import type { PathSettings } from '../config/config.ts'
import { BUILT_IN_DENIED_PATHS } from './built-in-paths.ts'
import { foldPath } from './fold-path.ts'
import { compileGlob } from './glob.ts'
import type { Glob } from './glob.ts'

/** Finds the rule that denies a path, or undefined. */
export interface PathRules {
  find(path: string): string | undefined
  /** For links and submodules, which bring a whole tree: the rule of something that would lie below this path. */
  findBelow(path: string): string | undefined
}

/** The operator's own `deny` always stands; `allow` lifts built-in entries only, and only for a path in its exact spelling. */
export function compilePathRules(settings: PathSettings): PathRules {
  const deny = new PathList(settings.deny.map((source, index) => ({ source, rule: `paths.deny[${index}]` })))
  const allow = settings.allow.map((source) => compileGlob(source))
  const isAllowed = (path: string): boolean => allow.some((glob) => glob.matches(path))
  return {
    find: (path) => {
      const parts = foldPath(path).split('/')
      // A checkout writes into the repository itself. git refuses these names too; no setting lifts this.
      if (parts.some((part) => part === '.git' || part === 'git~1')) return 'paths.git'
      const own = deny.find(parts)
      if (own !== undefined) return own
      const builtIn = BUILT_IN.find(parts)
      return builtIn === undefined || isAllowed(path) ? undefined : builtIn
    },
    findBelow: (path) => {
      const folded = foldPath(path)
      return deny.findBelow(folded) ?? (isAllowed(path) ? undefined : BUILT_IN.findBelow(folded))
    },
  }
}

interface PathRule {
  readonly source: string
  readonly rule: string
}

interface CompiledPathRule {
  readonly rule: string
  readonly glob: Glob
  /** `dir` of `dir/**`. */
  readonly directory: Glob | undefined
  readonly source: string
}

/** Most paths of a push match no rule, and a push may change hundreds of thousands: rules are found by their first part. */
class PathList {
  readonly #byFirst = new Map<string, CompiledPathRule[]>()
  readonly #anywhere: CompiledPathRule[] = []
  readonly #all: readonly CompiledPathRule[]

  constructor(rules: readonly PathRule[]) {
    this.#all = rules.map(compilePathRule)
    for (const rule of this.#all) {
      const [first = ''] = rule.source.split('/')
      const same = first.includes('*') ? this.#anywhere : this.#byFirst.get(first)
      if (same === undefined) this.#byFirst.set(first, [rule])
      else same.push(rule)
    }
  }

  find(parts: readonly string[]): string | undefined {
    const candidates = this.#byFirst.get(parts[0] ?? '') ?? []
    if (candidates.length === 0 && this.#anywhere.length === 0) return undefined
    const path = parts.join('/')
    // A file, link or submodule that has the name of a denied directory would take its place.
    const match = ({ glob, directory }: CompiledPathRule): boolean => glob.matches(path) || directory?.matches(path) === true
    return (candidates.find(match) ?? this.#anywhere.find(match))?.rule
  }

  findBelow(folded: string): string | undefined {
    return this.#all.find(({ source }) => source.startsWith(`${folded}/`))?.rule
  }
}

function compilePathRule({ source, rule }: PathRule): CompiledPathRule {
  const folded = foldPath(source)
  const directory = folded.endsWith('/**') ? compileGlob(folded.slice(0, -'/**'.length)) : undefined
  return { rule, glob: compileGlob(folded), directory, source: folded }
}

const BUILT_IN: PathList = new PathList(BUILT_IN_DENIED_PATHS.map((source) => ({ source, rule: `paths.builtin[${source}]` })))
