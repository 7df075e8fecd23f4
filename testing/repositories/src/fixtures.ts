import { DeterministicBytes } from './deterministic-bytes.ts'
import { type FixtureCommit, importCommits, importIncompressible } from './fast-import.ts'
import { git } from './run-git.ts'

/** Fills an empty bare repository. The same fixture always has the same object ids. */
export type Fixture = (gitDir: string) => Promise<void>

/** Three commits on `main`, a branch `topic`, a lightweight and an annotated tag: small enough to read in a test's output. */
export const buildWidget: Fixture = async (gitDir) => {
  await importCommits(gitDir, widgetCommits())
  const inRepository = (...args: string[]): Promise<string> => git(['--git-dir', gitDir, ...args])
  await inRepository('branch', 'topic', 'main~1')
  await inRepository('tag', 'v1-light', 'main~2')
  await inRepository('tag', '-a', '-m', 'first release', 'v1', 'main')
}

/** 5,000 commits, 25 MB packed: many small files in nested directories, each commit changing one of them. */
export const buildHistory: Fixture = (gitDir) => importCommits(gitDir, historyCommits(5000, 7300))

/** One commit with 200 files of 1 MiB that do not compress. */
export const buildBlobs: Fixture = (gitDir) => importIncompressible(gitDir, blobCommits(200, 1 << 20))

/** As {@link buildHistory} and {@link buildBlobs}, in a size of the caller's choice. */
export function buildHistoryOf(size: { readonly commits: number; readonly bytesPerCommit: number }): Fixture {
  return (gitDir) => importCommits(gitDir, historyCommits(size.commits, size.bytesPerCommit))
}

export function buildBlobsOf(size: { readonly count: number; readonly bytes: number }): Fixture {
  return (gitDir) => importIncompressible(gitDir, blobCommits(size.count, size.bytes))
}

function* widgetCommits(): Generator<FixtureCommit> {
  const steps = [
    { message: 'say what a widget is\n', path: 'README.md', text: '# widget\n' },
    { message: 'add the widget\n', path: 'src/widget.ts', text: 'export const widget = 1\n' },
    { message: 'count one more\n', path: 'src/widget.ts', text: 'export const widget = 2\n' },
  ]
  for (const [second, step] of steps.entries()) {
    const files = [{ path: step.path, content: Buffer.from(step.text) }]
    yield { branch: 'main', message: step.message, files, second }
  }
}

function* historyCommits(commits: number, bytesPerCommit: number): Generator<FixtureCommit> {
  const bytes = new DeterministicBytes('history')
  for (let second = 0; second < commits; second++) {
    const [package_, folder, file] = bytes.take(3)
    const path = `packages/p${String((package_ ?? 0) % 12)}/src/d${String((folder ?? 0) % 8)}/f${String((file ?? 0) % 16)}.ts`
    yield { branch: 'main', message: `change ${path}\n`, files: [{ path, content: bytes.text(bytesPerCommit) }], second }
  }
}

function* blobCommits(count: number, size: number): Generator<FixtureCommit> {
  const bytes = new DeterministicBytes('blobs')
  const files = Array.from({ length: count }, (_, index) => ({ path: `data/${String(index)}.bin`, content: bytes.take(size) }))
  yield { branch: 'main', message: 'add the data\n', files, second: 0 }
}
