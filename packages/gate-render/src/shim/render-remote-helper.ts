import { quoteShellWord } from '../shell-text.ts'

/** What `remote.<name>.vcs` says for the program below; git looks for `git-remote-` and this. */
export const remoteHelperName: string = 'refward'

/** The first argument by which the bundled program knows that git calls it, and not the front. */
export const remoteHelperWord: string = 'remote-helper'

/**
 * `git-remote-refward`, which stands beside the front: git starts it for a remote that is reached over the exec plane, and talks to it as to its own program for HTTP.
 *
 * @throws RangeError when a path is not absolute
 */
export function renderRemoteHelper({ node, program }: { readonly node: string; readonly program: string }): string {
  for (const path of [node, program]) {
    if (!path.startsWith('/')) throw new RangeError(`${JSON.stringify(path)} is not an absolute path`)
  }
  return `#!/bin/sh
# Started by git for remotes that refward reaches over its exec plane; rendered by refward.
exec ${quoteShellWord(node)} ${quoteShellWord(program)} ${remoteHelperWord} "$@"
`
}
