import type { RepositoryPolicy } from '../config/compile-policy.ts'
import type { AgentName } from '../ids/names.ts'
import type { Glob } from '../pattern/glob.ts'
import { findRefNameProblem } from '../ids/ref-name.ts'

/** Characters that no shell reads as anything: a remedy is pasted, so a hostile ref name must not become a part of a command. */
const SAFE_WORD = /^[A-Za-z0-9._/-]{1,100}$/

/**
 * A branch that this agent may create, made from the name it tried: `agent/fixer/main` for `refs/heads/main`. Undefined when the policy
 * has no pattern from which one can be made.
 */
export function suggestOwnBranch(policy: RepositoryPolicy, agent: AgentName, triedRef: string): string | undefined {
  const tried = triedRef.replace(/^refs\/[^/]*\//, '')
  const last = tried.split('/').at(-1) ?? ''
  for (const glob of creatablePatterns(policy)) {
    for (const name of [tried, last, 'topic']) {
      if (!SAFE_WORD.test(name)) continue
      const branch = glob.source.replaceAll('{agent}', agent).replace('**', name).replace('*', name.replaceAll('/', '-'))
      const ref = `refs/heads/${branch}`
      if (!isProtected(policy, branch) && findRefNameProblem(ref) === undefined && glob.matches(branch, agent)) return branch
    }
  }
  return undefined
}

/** What to do in place of a push that was refused, as one line. */
export function suggestPush(policy: RepositoryPolicy, agent: AgentName, triedRef: string): string {
  const branch = suggestOwnBranch(policy, agent, triedRef)
  if (branch === undefined) return 'the policy of this repository lets this agent make no branch of its own; ask the operator'
  return `push your own branch instead: git push origin HEAD:${branch}`
}

function creatablePatterns({ rules: { create, own } }: RepositoryPolicy): readonly Glob[] {
  if (create.kind === 'never') return []
  return create.kind === 'own' ? own : create.patterns
}

function isProtected(policy: RepositoryPolicy, branch: string): boolean {
  return policy.rules.protected.some((glob) => glob.matches(branch))
}
