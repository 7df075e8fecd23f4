import { lstat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type LocatedDirectory, locateDirectory } from './locate-directory.ts'
import { type PinnedDirectory, ignoreAbsence } from './pinned-directory.ts'
import { leadsOut, notRepository } from './worktree-refused.ts'

/** Where the git data of a work tree is, held open. In a linked work tree the first has its HEAD, the second all else. */
export interface GitDirectories {
  readonly gitDir: PinnedDirectory
  readonly commonDir: PinnedDirectory
  readonly objects: PinnedDirectory
  close(): Promise<void>
}

interface Finding {
  /** As the client named it, for what it is told. */
  readonly shown: string
  readonly roots: readonly string[]
  readonly opened: PinnedDirectory[]
}

type Found = Pick<LocatedDirectory, 'path' | 'pinned'>

const POINTER_BYTES = 4096
const POINTER_REMEDY = 'the git directory must lie beneath a root of this session too; whoever started this agent can add it, or give the agent a clone of its own'
const LINK_REMEDY = 'put the directory itself in the place of the link'
const ALTERNATES_REMEDY = 'take the objects in, and let go of the other repository: git repack -a -d && rm .git/objects/info/alternates'

/**
 * Finds the git directory of a work tree by git's own pointers, and holds each to the roots: a `.git` directory, a `.git` file (linked work trees,
 * submodules), or the directory itself (bare). Nothing is searched for above it, and links are not followed.
 *
 * @throws RefwardError RW_WORKTREE_LEADS_OUT, RW_WORKTREE_NOT_REPOSITORY
 */
export async function openGitDirectories(tree: LocatedDirectory, roots: readonly string[], shown: string): Promise<GitDirectories> {
  const finding: Finding = { shown, roots, opened: [] }
  const close = async (): Promise<void> => {
    for (const directory of finding.opened.splice(0)) await directory.close()
  }
  try {
    const git = await findGitDir(tree, finding)
    const common = await findCommonDir(git, finding)
    const objects = await descend(common, 'objects', finding)
    await refuseAlternates(objects, finding)
    return { gitDir: git.pinned, commonDir: common.pinned, objects: objects.pinned, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function findGitDir(tree: LocatedDirectory, finding: Finding): Promise<Found> {
  const entry = await lstat(tree.pinned.entry('.git')).catch(ignoreAbsence)
  if (entry === undefined) return requireBare(tree, finding)
  if (entry.isDirectory()) return descend(tree, '.git', finding)
  if (entry.isSymbolicLink()) throw leadsOut(finding.shown, 'the symbolic link .git', LINK_REMEDY)
  if (!entry.isFile()) throw notRepository(finding.shown, 'its .git is neither a directory nor a file')
  const text = await readPointer(tree, '.git', finding)
  const [, target] = /^gitdir: ([^\n]+)\n*$/.exec(text ?? '') ?? []
  if (target === undefined) throw notRepository(finding.shown, 'its .git file names no directory')
  return follow(tree, target, { ...finding, what: 'the .git file' })
}

/** A bare repository is taken only when it was named itself. */
async function requireBare(tree: LocatedDirectory, { shown }: Finding): Promise<Found> {
  for (const name of ['HEAD', 'objects', 'refs']) {
    if ((await lstat(tree.pinned.entry(name)).catch(ignoreAbsence)) === undefined) throw notRepository(shown, 'it has no .git')
  }
  return tree
}

async function findCommonDir(git: Found, finding: Finding): Promise<Found> {
  const text = await readPointer(git, 'commondir', finding)
  if (text === undefined) return git
  return follow(git, text.replace(/\n+$/, ''), { ...finding, what: 'the commondir file' })
}

async function follow(from: Found, target: string, { roots, shown, opened, what }: Finding & { readonly what: string }): Promise<Found> {
  const found = await locateDirectory(roots, resolve(from.path, target))
  if (found === undefined) throw leadsOut(shown, what, POINTER_REMEDY)
  opened.push(found.pinned)
  return found
}

async function descend(from: Found, name: string, { shown, opened }: Finding): Promise<Found> {
  const pinned = await from.pinned.descend(name).catch(async (error: unknown) => {
    const entry = await lstat(from.pinned.entry(name)).catch(() => undefined)
    if (entry?.isSymbolicLink() === true) throw leadsOut(shown, `the symbolic link ${name}`, LINK_REMEDY)
    throw Object.assign(notRepository(shown, `its ${name} cannot be opened`), { cause: error })
  })
  opened.push(pinned)
  return { path: `${from.path}/${name}`, pinned }
}

async function readPointer({ pinned }: Found, name: string, { shown }: Finding): Promise<string | undefined> {
  try {
    return (await pinned.read(name, POINTER_BYTES))?.toString('utf8')
  } catch {
    // ELOOP for a symbolic link; a device, a pipe, a directory, or too much to be a path.
    throw leadsOut(shown, `what stands for ${name}`, POINTER_REMEDY)
  }
}

/** Objects of another directory would be read through it, and what another agent or the operator has there could be pushed. */
async function refuseAlternates(objects: Found, finding: Finding): Promise<void> {
  if ((await lstat(objects.pinned.entry('info')).catch(ignoreAbsence)) === undefined) return
  const info = await descend(objects, 'info', finding)
  const text = await readPointer(info, 'alternates', finding)
  const lines = (text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.length > 0) throw leadsOut(finding.shown, 'the alternates file', ALTERNATES_REMEDY)
}
