import { type CommandTable, type GhValue, listCompletions } from '@refward/core-policy'

/** What `gh completion --shell` takes. */
export type CompletedShell = 'bash' | 'zsh'

const ZSH = 'autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n'

/** A script that a shell reads to complete command words, options, and values of which there are few. Every word in it is one of the tables: letters, digits and dashes. */
export function renderCompletion(shell: CompletedShell, tables: readonly CommandTable<GhValue>[]): string {
  const groups = Map.groupBy(tables, ({ words }) => words[0] ?? '')
  const seconds = [...groups].map(([group, of]) => `\t\t${group}) words='${of.flatMap(({ words }) => words.slice(1)).join(' ')}' ;;\n`)
  return `${shell === 'zsh' ? ZSH : ''}# gh of a sandbox: eval "$(gh completion --shell ${shell})"
_refward_gh() {
	local words='' current=\${COMP_WORDS[COMP_CWORD]}
	case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}|\${COMP_WORDS[COMP_CWORD-1]}" in
${tables.flatMap(listChoices).join('')}	esac
	if [ -z "$words" ] && [ "$COMP_CWORD" -gt 1 ]; then
		case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${tables.map(renderOptions).join('')}		esac
	fi
	if [ "$COMP_CWORD" -eq 1 ]; then
		words='${[...groups.keys()].join(' ')}'
	elif [ "$COMP_CWORD" -eq 2 ]; then
		case "\${COMP_WORDS[1]}" in
${seconds.join('')}		esac
	fi
	COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _refward_gh gh
`
}

function listChoices(table: CommandTable<GhValue>): readonly string[] {
  return listCompletions(table).flatMap(({ option, choices }) => (choices.length === 0 ? [] : [`\t${pattern(table, `|${option}`)}) words='${choices.filter((choice) => !choice.includes(' ')).join(' ')}' ;;\n`]))
}

function renderOptions(table: CommandTable<GhValue>): string {
  return `\t\t${pattern(table, '')}) words='${listCompletions(table).map(({ option }) => option).filter((option) => option.startsWith('--')).join(' ')}' ;;\n`
}

/** A command of one word has anything behind it. */
function pattern({ words }: CommandTable<GhValue>, end: string): string {
  return words.length === 1 ? `'${words.join(' ')} '*'${end}'` : `'${words.join(' ')}${end}'`
}
