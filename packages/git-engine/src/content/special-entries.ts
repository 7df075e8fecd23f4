import { type Gitlink, type PathChange, type SubmoduleUrl, type Symlink } from '@refward/core-policy'
import type { GitRuntime } from '../process/git-runtime.ts'
import { GitFailure } from '../process/git-end.ts'
import { pushRefused } from '../push/push-refused.ts'
import type { ChangedPath } from './changed-paths.ts'
import type { StreamedObject } from './object-stream.ts'
import type { ObjectWalk } from './object-walk.ts'
import { type ModulesInput, type SubmoduleEntry, readSubmodules } from './submodules.ts'

const SYMLINK = '120000'
const GITLINK = '160000'
/** No system follows a longer link; what is longer is judged by its beginning. */
const MAX_TARGET_BYTES = 4096

/** What changed, apart by what it is for a policy. */
export interface SortedChanges {
  readonly paths: readonly PathChange[]
  readonly symlinks: readonly ChangedPath[]
  readonly gitlinks: readonly Gitlink[]
  /** Commits whose submodules must be known, with the file that names them where the commit changes it. */
  readonly modules: readonly { readonly commit: string; readonly blob: string | undefined }[]
}

export function sortChanges(changes: readonly ChangedPath[]): SortedChanges {
  const paths = changes.filter(({ directory }) => !directory)
  const gitlinks = paths.filter(({ mode }) => mode === GITLINK)
  const files = paths.filter(({ path, status, mode }) => isModulesFile(path) && status !== 'deleted' && mode !== GITLINK)
  const changed = new Set(files.map(({ commit }) => commit))
  const others = new Set(gitlinks.map(({ commit }) => commit).filter((commit) => !changed.has(commit)))
  return {
    paths: paths.map(({ commit, path }) => ({ commit, path })),
    symlinks: paths.filter(({ mode }) => mode === SYMLINK),
    gitlinks: gitlinks.map(({ commit, path }) => ({ commit, path })),
    modules: [...files.map(({ commit, blob }) => ({ commit, blob })), ...Array.from(others, (commit) => ({ commit, blob: undefined }))],
  }
}

/** A checkout on a file system that folds case reads `.GitModules` too. */
function isModulesFile(path: string): boolean {
  return path.toLowerCase() === '.gitmodules'
}

/** What to ask `cat-file` for, so that {@link readSymlinks} and {@link readModules} find their answers, in this order. */
export function specialRequests({ symlinks, modules }: SortedChanges): readonly string[] {
  const blobs = new Set(symlinks.map(({ blob }) => blob))
  const unknown = modules.filter(({ blob }) => blob === undefined)
  return [...Array.from(blobs, (blob) => `contents ${blob}`), ...unknown.map(({ commit }) => `info ${commit}:.gitmodules`)]
}

export async function readSymlinks(walk: ObjectWalk, { symlinks }: SortedChanges): Promise<readonly Symlink[]> {
  const targets = new Map<string, string>()
  for (const blob of new Set(symlinks.map((change) => change.blob))) {
    const object = await walk.contents.next()
    if (object.kind === 'missing') throw pushRefused('RW_OBJECTS_MISSING', { rule: 'objects.complete' }, { detail: object.id })
    targets.set(blob, await readBeginning(object))
  }
  return symlinks.map(({ commit, path, blob }) => ({ commit, path, target: targets.get(blob) ?? '' }))
}

async function readBeginning({ content }: StreamedObject): Promise<string> {
  if (content instanceof Uint8Array) return Buffer.from(content).toString('utf8', 0, MAX_TARGET_BYTES)
  let beginning = Buffer.alloc(0)
  for await (const piece of content) if (beginning.length < MAX_TARGET_BYTES) beginning = Buffer.concat([beginning, piece])
  return beginning.toString('utf8', 0, MAX_TARGET_BYTES)
}

/** Every entry of `.gitmodules`, for each commit that changes that file or a submodule. */
export async function readModules(git: GitRuntime, input: ModulesInput & { readonly walk: ObjectWalk }, { modules }: SortedChanges): Promise<readonly SubmoduleUrl[]> {
  const found: { readonly commit: string; readonly blob: string }[] = []
  for (const { commit, blob } of modules) if (blob !== undefined) found.push({ commit, blob })
  for (const { commit, blob } of modules) {
    if (blob !== undefined) continue
    const answer = await input.walk.contents.nextInfo()
    if (answer.kind === 'object' && answer.type === 'blob') found.push({ commit, blob: answer.id })
  }
  const entries = new Map<string, readonly SubmoduleEntry[]>()
  const urls: SubmoduleUrl[] = []
  for (const { commit, blob } of found) {
    const read = entries.get(blob) ?? (await readSubmodules(git, input, blob).catch((error: unknown) => unreadable(commit, error)))
    entries.set(blob, read)
    for (const { path, url } of read) urls.push({ commit, path, url })
  }
  return urls
}

function unreadable(commit: string, error: unknown): never {
  if (!(error instanceof GitFailure)) throw error
  const values = { commit, path: '.gitmodules', detail: 'git cannot read the file', remedy: 'git config -f .gitmodules --list shows what is wrong' }
  throw pushRefused('RW_SUBMODULE_DENIED', { rule: 'submodules' }, values, error)
}
