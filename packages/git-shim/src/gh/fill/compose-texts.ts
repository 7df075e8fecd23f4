/** A commit, as far as a pull request tells of it. */
export interface CommitMessage {
  readonly subject: string
  readonly body: string
}

/** Which commits speak for a pull request: all by their first lines, the first one alone, or all with their whole messages. */
export type FillForm = 'all' | 'first' | 'verbose'

/** As gh composes them: one commit is title and text; several are a list beneath the name of the branch. @param commits at least one, the oldest first */
export function composeTexts(commits: readonly CommitMessage[], form: FillForm, branch: string): { readonly title: string; readonly body: string } {
  const [first] = commits
  if (first !== undefined && (commits.length === 1 || form === 'first')) return { title: first.subject, body: first.body }
  const title = branch.replaceAll(/[-_]/g, ' ')
  if (form !== 'verbose') return { title, body: commits.map(({ subject }) => `- ${subject}\n`).join('') }
  return { title, body: commits.map(({ subject, body }) => `- ${subject}\n${indent(body)}`).join('\n') }
}

function indent(body: string): string {
  if (body === '') return ''
  return `\n${body.split('\n').map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`
}
