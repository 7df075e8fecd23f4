import { constants, lchown, lstat, mkdir, open, readdir, readlink, rename, symlink } from 'node:fs/promises'
import type { PinnedDirectory } from '../worktree/pinned-directory.ts'
import { deleteContents } from './delete-contents.ts'
import { type TreePlace, placeRefused } from './tree-place.ts'

/** Who the files are to belong to. */
export interface TreeOwner {
  readonly uid: number
  readonly gid: number
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
/** Another file system, or a directory that is mounted at the place. */
const COPY_INSTEAD: ReadonlySet<string> = new Set(['EXDEV', 'EBUSY'])

/**
 * Puts a finished work tree in its place: by one rename where that is possible, else by a copy. Nothing is opened or made there but in directories that
 * are held open, and never through a link.
 *
 * @param staged a directory of the gateway's own, which nobody else can write.
 * @throws RefwardError RW_WORKTREE_PLACE
 */
export async function putTree(staged: string, { path, parent, name }: TreePlace, createName: () => string): Promise<void> {
  try {
    await rename(staged, parent.entry(name))
  } catch (error) {
    if (!COPY_INSTEAD.has(codeOf(error))) throw placeRefused(path, 'something was put there meanwhile, or the directory above cannot be written', error)
    await copyInto(staged, { path, parent, name }, createName)
  }
}

/** Gives all of a staged tree to somebody. @throws RefwardError RW_WORKTREE_PLACE when the gateway may not */
export async function giveTree(staged: string, path: string, { uid, gid }: TreeOwner): Promise<void> {
  const give = async (at: Buffer): Promise<void> => {
    await lchown(at, uid, gid)
    if ((await lstat(at)).isDirectory()) for (const name of await readdir(at, 'buffer')) await give(inside(at, name))
  }
  await give(Buffer.from(staged)).catch((cause: unknown) => {
    throw codeOf(cause) === 'EPERM' ? placeRefused(path, `the user that refward runs as may not give files to user ${uid}`, cause) : cause
  })
}

async function copyInto(staged: string, { path, parent, name }: TreePlace, createName: () => string): Promise<void> {
  await mkdir(parent.entry(name)).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw placeRefused(path, 'the directory cannot be made', error)
  })
  const target = await parent.descend(name).catch((cause: unknown) => {
    throw placeRefused(path, 'something was put there meanwhile', cause)
  })
  try {
    if ((await target.list(1)).length > 0) throw placeRefused(path, 'something was put into it meanwhile')
    await copyDirectory(Buffer.from(staged), target).catch(async (cause: unknown) => {
      await deleteContents(target, createName)
      throw cause
    })
  } finally {
    await target.close()
  }
}

async function copyDirectory(from: Buffer, target: PinnedDirectory): Promise<void> {
  for (const name of await readdir(from, 'buffer')) {
    const [source, entry] = [inside(from, name), target.entryBytes(name)]
    const found = await lstat(source)
    if (found.isDirectory()) await copyInner(source, target, name)
    else if (found.isSymbolicLink()) await copyLink(source, entry, found)
    else await copyFile(source, entry, found)
  }
  await target.become(await lstat(from))
}

async function copyInner(source: Buffer, target: PinnedDirectory, name: Buffer): Promise<void> {
  await mkdir(target.entryBytes(name))
  const inner = await target.descendBytes(name)
  try {
    await copyDirectory(source, inner)
  } finally {
    await inner.close()
  }
}

async function copyLink(source: Buffer, entry: Buffer, { uid, gid }: TreeOwner): Promise<void> {
  await symlink(await readlink(source, 'buffer'), entry)
  await lchown(entry, uid, gid)
}

async function copyFile(source: Buffer, entry: Buffer, { mode, uid, gid }: TreeOwner & { readonly mode: number }): Promise<void> {
  const from = await open(source, 'r')
  try {
    const to = await open(entry, NEW_FILE, mode & 0o777)
    try {
      for await (const chunk of from.createReadStream({ autoClose: false })) await to.appendFile(chunk as Buffer)
      await to.chmod(mode & 0o777)
      await to.chown(uid, gid)
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

/** Names in a repository may be any bytes. */
function inside(directory: Buffer, name: Buffer): Buffer {
  return Buffer.concat([directory, Buffer.from('/'), name])
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
