import { type FrontPaths, quotePaths } from './front-paths.ts'

/**
 * The `gh` that stands on a sandbox's PATH, as a script for any POSIX shell: it becomes the bundled program, which asks the gateway.
 *
 * @throws RangeError when a path is not absolute, or git is one of the others
 */
export function renderGhFront(paths: FrontPaths): string {
  const { git, node, program } = quotePaths(paths)
  return `#!/bin/sh
# gh for the inside of a sandbox, rendered by refward. It needs no login: the gateway knows the session, and decides what is done.
# This is no boundary: there is no credential of the forge in this sandbox, for whatever program.

exec ${node} ${program} ${git} "$@"
`
}
