/** A command of gh that is known and refused: why, and what to do instead. */
export interface RefusedCommand {
  readonly words: readonly string[]
  readonly reason: string
  readonly remedy: string
}

function refused(reason: string, remedy: string, ...commands: readonly string[]): readonly RefusedCommand[] {
  return commands.map((command) => ({ words: command.split(' '), reason, remedy }))
}

const ASK = 'ask a person of the repository, for example with gh issue create'

/** Every command of gh that is not served, the more exact ones first. */
export const refusedCommands: readonly RefusedCommand[] = [
  ...refused('it changes local branches', 'git fetch origin, then git switch <branch>', 'pr checkout', 'co'),
  ...refused('it goes round what git push is decided by', 'git fetch, merge or rebase here, and git push', 'pr update-branch', 'pr revert'),
  ...refused('who may write where is for people', ASK, 'pr lock', 'pr unlock', 'issue lock', 'issue unlock', 'issue pin', 'issue unpin'),
  ...refused('it deletes or moves', 'gh issue close', 'issue delete', 'issue transfer'),
  ...refused('it makes branches past git push', 'git switch -c <branch>, and git push', 'issue develop'),
  ...refused('there is no such list over all repositories', 'gh issue list, gh pr list', 'issue status', 'status', 'search'),
  ...refused('it clones over an address that a sandbox cannot reach', 'git clone <address of the repository>', 'repo clone'),
  ...refused('repositories are made, changed and deleted by people', ASK, 'repo', 'org', 'ruleset', 'label', 'project'),
  ...refused('starting and stopping builds is for people', 'git push starts them; gh run list shows them', 'run', 'workflow', 'cache'),
  ...refused('no token of a forge ever leaves the gateway, and none is needed', 'gh auth status says who you are', 'auth'),
  ...refused('keys and secrets open more than this repository', ASK, 'secret', 'variable', 'ssh-key', 'gpg-key'),
  ...refused('releases are made by people', ASK, 'release', 'attestation'),
  ...refused('aliases would make commands of other names', 'write the command in full', 'alias'),
  ...refused('extensions are programs', 'use the commands that are there: gh help', 'extension', 'ext', 'extensions'),
  ...refused('gh is not configured here: the gateway is', 'leave it out', 'config'),
  ...refused('it leads to other places than the repository', 'use gh pr, gh issue, gh repo view, gh run and gh api', 'gist', 'codespace', 'cs', 'browse', 'agent-task', 'copilot', 'preview', 'models'),
]

export function findRefusedCommand(argv: readonly string[]): RefusedCommand | undefined {
  // Options may stand between the words: gh pr -R o/r checkout.
  const words = argv.filter((argument) => !argument.startsWith('-'))
  return refusedCommands.find((command) => command.words.every((word, index) => words[index] === word || (index > 0 && words.slice(1).includes(word))))
}
