const PROTECTED = "the policy: it moves the forge's default branch, which is always protected"
const MESSAGE = "git names in a merge commit's message whence it was fetched, and that is the gateway"

const PROTECTED_ROWS = ['push origin +refs/heads/*:refs/heads/*', 'push origin +:', 'push -f --all origin', 'push --mirror backup'].map((line) => [line, PROTECTED] as const)

/** Commands that do not leave the same through the gateway as with the forge itself, and why. */
export const statedDifferences: ReadonlyMap<string, string> = new Map([
  ...PROTECTED_ROWS,
  ...[
    'pull --no-rebase --no-edit',
    'pull --no-ff --no-edit origin main',
    'pull --ff-only --no-ff --no-edit',
    'pull --rebase --no-rebase --no-edit',
    'pull --rebase=false --no-edit',
    'pull --no-rebase --no-edit -s ort',
    'pull --no-rebase --no-edit -sours',
    'pull --no-rebase --no-edit -Xtheirs',
    'pull --no-rebase --no-edit -X ours -X patience',
    'pull --no-rebase --no-edit --signoff',
    'pull --no-rebase --no-edit --log=5',
    'pull --no-rebase --no-edit --cleanup strip',
    'pull --no-verify --no-rebase --no-edit',
  ].map((line) => [line, MESSAGE] as const),
])

/** The same for the exec plane, over which git knows the forge's own address. */
export const execDifferences: ReadonlyMap<string, string> = new Map(PROTECTED_ROWS)
