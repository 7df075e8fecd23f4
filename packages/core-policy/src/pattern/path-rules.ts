import type { PathSettings } from '../config/config.ts'
import { BUILT_IN_DENIED_PATHS } from './built-in-paths.ts'
import { foldPath } from './fold-path.ts'
import { compileGlob } from './glob.ts'
import type { Glob } from './glob.ts'

/** Finds the rule that denies a path, or undefined. */
export interface PathRules {
  find(path: string): string | undefined
}

/** The operator's own `deny` always stands; `allow` lifts built-in entries only, and only for a path in its exact spelling. */
export function compilePathRules(settings: PathSettings): PathRules {
  const deny = settings.deny.map((source) => compileGlob(foldPath(source)))
  const allow = settings.allow.map((source) => compileGlob(source))
  return {
    find: (path) => {
      const folded = foldPath(path)
      const own = deny.findIndex((glob) => coversPath(glob, folded))
      if (own >= 0) return `paths.deny[${own}]`
      const builtIn = BUILT_IN.findIndex((glob) => coversPath(glob, folded))
      if (builtIn < 0 || allow.some((glob) => glob.matches(path))) return undefined
      return `paths.builtin[${BUILT_IN_DENIED_PATHS[builtIn]}]`
    },
  }
}

const BUILT_IN: readonly Glob[] = BUILT_IN_DENIED_PATHS.map((source) => compileGlob(foldPath(source)))

/**
 * A rule for `dir/**` also covers an entry `dir` itself: a symbolic link or submodule of that name would bring the denied files in
 * by another way.
 */
function coversPath(glob: Glob, folded: string): boolean {
  return glob.matches(folded) || (glob.source.endsWith('/**') && glob.matches(`${folded}/x`))
}
