/** What a shell front must know to tell a command that reaches another repository from a local one, without reading its arguments. */
export interface GitFront {
  /** Command words; of those with a second word, that one is the first behind the first that does not begin with a dash. */
  readonly remoteCommands: readonly (readonly string[])[]
  /** Every option that git takes before its command, whether or not it is accepted before one of these. */
  readonly globalOptions: readonly GlobalOption[]
  /** A command line that begins with one of these, or has no command, is git's own: version and help. */
  readonly localFlags: readonly string[]
}

export interface GlobalOption {
  readonly flag: string
  /**
   * How its value stands: `none`, `next` (the next argument), `equals` (`--x=…`, and without it there is none),
   * `either` (`--x=…`, or the next argument).
   */
  readonly value: 'none' | 'next' | 'equals' | 'either'
}

function options(value: GlobalOption['value'], flags: readonly string[]): readonly GlobalOption[] {
  return flags.map((flag) => ({ flag, value }))
}

/** As in git.c from 2.39 to 2.5x; an option that a git does not know ends with git's own message. */
export const gitFront: GitFront = {
  remoteCommands: [['push'], ['fetch'], ['pull'], ['ls-remote'], ['remote', 'update'], ['clone'], ['submodule', 'update']],
  globalOptions: [
    ...options('next', ['-C', '-c', '--shallow-file']),
    ...options('either', ['--git-dir', '--work-tree', '--namespace', '--super-prefix', '--config-env', '--attr-source']),
    ...options('equals', ['--exec-path', '--list-cmds']),
    ...options('none', ['-p', '--paginate', '-P', '--no-pager', '--bare', '--no-replace-objects', '--no-lazy-fetch', '--no-optional-locks', '--no-advice']),
    ...options('none', ['--literal-pathspecs', '--no-literal-pathspecs', '--glob-pathspecs', '--noglob-pathspecs', '--icase-pathspecs']),
    ...options('none', ['--html-path', '--man-path', '--info-path']),
  ],
  localFlags: ['-v', '--version', '-h', '--help'],
}

/** Whether a command asks for git's help: `-h` as its only argument, or `--help` before any `--`. Nothing is reached then, so it is a local one. */
export function asksForHelp(argv: readonly string[]): boolean {
  if (argv.length === 1 && argv[0] === '-h') return true
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--help')
}
