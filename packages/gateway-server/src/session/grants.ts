import type { Subject } from '@refward/core-policy'

/** The repositories that a session names: those of its launcher, where it was narrowed, else those of its agent. For words and defaults; the policy decides. */
export function grantsOf({ within, repositories }: Pick<Subject, 'within' | 'repositories'>): readonly string[] {
  return within ?? repositories
}
