import { API_ROUTES } from '../forge/route-table.ts'
import type { RouteField } from '../forge/route-table.ts'
import { ghTables } from '../gh/parse-gh.ts'
import type { GhValue } from '../gh/gh-types.ts'
import { refusedCommands } from '../gh/refused-commands.ts'
import { renderOptionNames } from '../grammar/engine/render-help.ts'
import { renderUsage } from '../grammar/engine/render-usage.ts'
import type { CommandTable, RefusedOption } from '../grammar/engine/table.ts'
import { isRefusedOption } from '../grammar/engine/table.ts'
import { escapeMarkdown, renderCode } from './markdown.ts'

const HEAD = `# gh

<!-- Generated from packages/core-policy/src/gh and src/forge. Change it there, then: pnpm --filter @refward/core-policy generate -->

What \`gh\` does in a sandbox, on whichever forge the repository lives: Gitea, Forgejo, GitHub or GitLab. It needs no login. The gateway reads the command line by the
tables below; what is not in them is refused, and the refusal says what is allowed instead. Whether an agent may do it is for the
[policy](policy.md) of the repository: \`forge.pulls\` and \`forge.issues\`. \`gh auth status\` shows what an agent may do.

Output, exit codes and what goes to which stream are gh's own. Bodies come from \`--body\` or, with \`--body-file -\`, from the standard input; the gateway reads no file.
The \`gh\` of an [agent's image](../agents.md) reads files itself and sends their text, and makes title and text of the commits for \`--fill\`.
`

const ROUTES_HEAD = `## Routes of gh api

\`repos/{owner}/{repo}\` and what comes behind it, in exactly this spelling: no percent sign, no doubled or trailing slash, no dots, no other case. Fields are those of the list; one that is
given twice is refused. Answers have GitHub's form on every forge. \`graphql\` is refused, because its documents are not parsed. An operator can add routes with \`forge.routes\`; what these answer is the forge's own.

| method | route | fields | what it is |
|---|---|---|---|`

/** docs/reference/gh.md. */
export function renderGhPage(): string {
  return [HEAD, ...ghTables.map(renderTable), ROUTES_HEAD, ...API_ROUTES.map(renderRoute), '', ...renderRefused()].join('\n')
}

function renderTable(table: CommandTable<GhValue>): string {
  const allowed = table.options.flatMap((option) => (isRefusedOption(option) ? [] : [`| ${renderCode(renderOptionNames(option))} | ${escapeMarkdown(option.help)} |`]))
  const refused = table.options.filter(isRefusedOption)
  return [
    `## gh ${table.words.join(' ')}`,
    '',
    `${escapeMarkdown(capitalise(table.about))}. ${renderCode(`gh ${renderUsage(table)}`)}`,
    '',
    ...(allowed.length === 0 ? [] : ['| accepted | meaning |', '|---|---|', ...allowed, '']),
    ...(refused.length === 0 ? [] : ['| refused | why | instead |', '|---|---|---|', ...refused.map(renderRefusedOption), '']),
  ].join('\n')
}

function renderRefusedOption({ flag, short, aliases = [], refused, instead }: RefusedOption): string {
  const names = [...(short === undefined ? [] : [short]), flag, ...aliases].map(renderCode).join(', ')
  return `| ${names} | ${escapeMarkdown(refused)} | ${escapeMarkdown(instead)} |`
}

function renderRoute({ method, path, fields, doc }: (typeof API_ROUTES)[number]): string {
  const route = ['repos/{owner}/{repo}', ...(path === '' ? [] : [path])].join('/')
  return `| ${method} | ${renderCode(route)} | ${fields.map(renderField).join(', ')} | ${escapeMarkdown(doc)} |`
}

function renderField({ name, type, isRequired }: RouteField): string {
  const values = type.kind === 'choice' ? ` (${type.values.join(', ')})` : type.kind === 'number' ? ` (${type.minimum} to ${type.maximum})` : ''
  return `${renderCode(name)}${values}${isRequired === true ? ', required' : ''}`
}

function renderRefused(): readonly string[] {
  const rows = refusedCommands.map(({ words, reason, remedy }) => `| ${renderCode(`gh ${words.join(' ')}`)} | ${escapeMarkdown(reason)} | ${escapeMarkdown(remedy)} |`)
  return ['## Commands that are refused', '', 'Every subcommand that has no section above.', '', '| command | why | instead |', '|---|---|---|', ...rows, '']
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
