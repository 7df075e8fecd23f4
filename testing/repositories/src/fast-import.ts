import { git } from './run-git.ts'

export interface FileChange {
  readonly path: string
  readonly content: Uint8Array
}

export interface FixtureCommit {
  readonly branch: string
  readonly message: string
  readonly files: readonly FileChange[]
  /** Seconds after the fixture's epoch; commits in a stream should not go back in time. */
  readonly second: number
}

const EPOCH = 1_700_000_000

/** Feeds commits, made one at a time, into `git fast-import` of a bare repository, then packs it as a forge would. */
export async function importCommits(gitDir: string, commits: Iterable<FixtureCommit>): Promise<void> {
  await git(['--git-dir', gitDir, 'fast-import', '--quiet', '--done'], { input: renderStream(commits) })
  await git(['--git-dir', gitDir, 'repack', '-a', '-d', '-q'])
}

/** As {@link importCommits} for content that neither compresses nor deltifies, without the time that trying would take. */
export async function importIncompressible(gitDir: string, commits: Iterable<FixtureCommit>): Promise<void> {
  const args = ['--git-dir', gitDir, '-c', 'core.compression=1', 'fast-import', '--quiet', '--done', '--depth=0']
  await git(args, { input: renderStream(commits) })
}

function* renderStream(commits: Iterable<FixtureCommit>): Generator<Uint8Array> {
  for (const commit of commits) yield renderCommit(commit)
  yield Buffer.from('done\n')
}

function renderCommit(commit: FixtureCommit): Uint8Array {
  const who = `Ada Fixture <ada@example.com> ${String(EPOCH + commit.second)} +0000`
  const message = Buffer.from(commit.message)
  const parts: Uint8Array[] = [
    Buffer.from(`commit refs/heads/${commit.branch}\nauthor ${who}\ncommitter ${who}\ndata ${String(message.length)}\n`),
    message,
    Buffer.from('\n'),
  ]
  for (const file of commit.files) {
    parts.push(Buffer.from(`M 100644 inline ${file.path}\ndata ${String(file.content.length)}\n`), file.content, Buffer.from('\n'))
  }
  return Buffer.concat(parts)
}
