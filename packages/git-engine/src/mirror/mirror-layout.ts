import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoId } from '@refward/core-policy'

/**
 * Where the mirror of a repository lives: a hash, so that no name that a forge or an agent chose becomes a path (traversal,
 * case folding, reserved names).
 */
export function mirrorDirectory(root: string, repo: RepoId): string {
  return join(root, createHash('sha256').update(repo).digest('hex').slice(0, 40))
}

/**
 * Tips are refs under their own object id. Upstream's ref names never become files, so nothing hangs on how a file system
 * folds or orders them, and `include-tag` or a forgotten ref cannot bring a tag into an answer that its reader may not see.
 */
export const TIP_PREFIX = 'refs/refward/tip/'
/** Old tips of rewritten and deleted branches, kept for `refward undo`. */
export const KEEP_PREFIX = 'refs/refward/keep/'

// Everything that git could do by itself is off; what an agent may ask of upload-pack is decided before it starts (fetch/).
const CONFIG = `[core]
\trepositoryformatversion = 0
\tfilemode = false
\tbare = true
\tlogAllRefUpdates = false
\thooksPath = /dev/null
[gc]
\tauto = 0
[maintenance]
\tauto = false
[transfer]
\tfsckObjects = true
[receive]
\tdenyCurrentBranch = refuse
[pack]
\twriteReverseIndex = true
\tallowPackReuse = true
[repack]
\twriteBitmaps = false
`

/** Writes an empty bare repository. No template, hook or `git init` is involved. */
export async function writeEmptyRepository(gitDir: string): Promise<void> {
  await mkdir(join(gitDir, 'objects/pack'), { recursive: true, mode: 0o700 })
  await mkdir(join(gitDir, 'objects/info'), { mode: 0o700 })
  await mkdir(join(gitDir, 'refs/refward'), { recursive: true, mode: 0o700 })
  await writeFile(join(gitDir, 'config'), CONFIG, { mode: 0o600 })
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n', { mode: 0o600 })
}
