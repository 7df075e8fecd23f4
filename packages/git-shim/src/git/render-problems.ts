import type { Problem } from '@refward/core-policy'

/** What git would say in its own form: a line for what is wrong, and one for what to do instead. Printable ASCII but for line ends. */
export function renderProblems(problems: readonly Problem[]): string {
  return problems.map(({ code, message, hint }) => `fatal: refward: ${message} (${code})\n${renderHint(hint)}`).join('')
}

function renderHint(hint: string | undefined): string {
  return hint === undefined || hint === '' ? '' : `hint: ${hint}\n`
}
