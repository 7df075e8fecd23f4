import type { PathSettings } from '../config/config.ts'
import { foldPath } from './fold-path.ts'
import { compileGlob } from './glob.ts'
import type { Glob } from './glob.ts'

/**
 * Files that decide what runs and who must approve: a change to them turns a push into code execution with the forge's secrets, or
 * takes the review away. Denied until an operator lifts it for a repository.
 */
export const BUILT_IN_DENIED_PATHS: readonly string[] = [
  '.github/workflows/**',
  '.github/actions/**',
  '.gitea/workflows/**',
  '.gitea/actions/**',
  '.forgejo/workflows/**',
  '.forgejo/actions/**',
  '.gitlab-ci.yml',
  '.gitlab/ci/**',
  '.woodpecker.yml',
  '.woodpecker.yaml',
  '.woodpecker/**',
  '.drone.yml',
  '.drone.jsonnet',
  '.drone.star',
  '.circleci/**',
  '.travis.yml',
  '.buildkite/**',
  '.semaphore/**',
  '.cirrus.yml',
  '.cirrus.star',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  'Jenkinsfile',
  'CODEOWNERS',
  '.github/CODEOWNERS',
  '.gitea/CODEOWNERS',
  '.forgejo/CODEOWNERS',
  '.gitlab/CODEOWNERS',
  'docs/CODEOWNERS',
  '.github/dependabot.yml',
  '.github/dependabot.yaml',
]

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
