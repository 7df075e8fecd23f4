import { type GitFront, gitFront } from '@refward/core-policy'

/**
 * Where the arguments of a command begin that reaches another repository; `undefined` when the command is a local one. It decides as the shell front does,
 * which has read the same arguments before.
 */
export function findRemoteCommand(argv: readonly string[], front: GitFront = gitFront): number | undefined {
  const start = skipGlobalOptions(argv, front)
  const seconds = front.remoteCommands.filter(([first]) => first === argv[start])
  if (seconds.length === 0) return undefined
  if (seconds.some(({ length }) => length === 1)) return start + 1
  const second = argv.findIndex((word, index) => index > start && !word.startsWith('-'))
  return seconds.some((words) => words[1] === argv[second]) ? second + 1 : undefined
}

function skipGlobalOptions(argv: readonly string[], { globalOptions }: GitFront): number {
  const values = new Map(globalOptions.map(({ flag, value }) => [flag, value]))
  let index = 0
  while (index < argv.length) {
    const [name, value] = splitAtEquals(argv[index] ?? '')
    const form = values.get(name)
    // As the front: `--no-pager=x` is no option that git knows, and -C takes its value from the next argument alone.
    if (form === undefined || (value !== undefined && (form === 'none' || form === 'next'))) return index
    index += form === 'next' || (form === 'either' && value === undefined) ? 2 : 1
  }
  return argv.length
}

function splitAtEquals(argument: string): readonly [string, string?] {
  const at = argument.indexOf('=')
  return at < 0 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)]
}
