import type { GitFront } from '@refward/core-policy'

import { groupSecondWords, joinPatterns, listSingleOptions, listSingleWords, listSpacedOptions } from './front-patterns.ts'
import { type FrontPaths, quotePaths } from './front-paths.ts'

/**
 * The `git` that stands on a sandbox's PATH, as a script for any POSIX shell. A local command becomes the real git in the same process, with nothing added;
 * one that reaches another repository becomes the bundled program. It decides as `findRemoteCommand` of git-shim does.
 *
 * @throws RangeError when a path is not absolute, or git is one of the others
 */
export function renderGitFront(front: GitFront, paths: FrontPaths): string {
  const { git, node, program } = quotePaths(paths)
  return `#!/bin/sh
# git for the inside of a sandbox, rendered by refward. A command that reaches another repository is read first by a program of its own;
# every other one becomes the real git at once. This is no boundary: whoever calls the real git instead gains nothing by it.
#
# There is no variable here and no other process: a variable that the caller has exported would reach git with another value.

reaches_out() {
	while [ "$#" -gt 0 ]; do
		case $1 in
		${joinPatterns(listSpacedOptions(front))})
			[ "$#" -gt 1 ] || return 1
			shift 2
			;;
		${joinPatterns(listSingleOptions(front))})
			shift
			;;
		${joinPatterns(listSingleWords(front))})
			return 0
			;;
${[...groupSecondWords(front)].map(([first, seconds]) => renderSecondWords(first, seconds)).join('')}		*)
			return 1
			;;
		esac
	done
	return 1
}

case $0 in
${git})
	printf '%s\\n' 'fatal: refward: this script stands where it was told that git is' >&2
	exit 128
	;;
esac

if reaches_out "$@"; then
	exec ${node} ${program} ${git} "$@"
fi
exec ${git} "$@"
`
}

/** The second word is the first that is no option. */
function renderSecondWords(first: string, seconds: readonly string[]): string {
  return `		${first})
			shift
			while [ "$#" -gt 0 ]; do
				case $1 in
				${joinPatterns(seconds)}) return 0 ;;
				-*) shift ;;
				*) return 1 ;;
				esac
			done
			return 1
			;;
`
}
