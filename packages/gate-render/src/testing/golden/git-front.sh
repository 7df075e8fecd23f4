#!/bin/sh
# git for the inside of a sandbox, rendered by refward. A command that reaches another repository is read first by a program of its own;
# every other one becomes the real git at once. This is no boundary: whoever calls the real git instead gains nothing by it.
#
# There is no variable here and no other process: a variable that the caller has exported would reach git with another value.

reaches_out() {
	while [ "$#" -gt 0 ]; do
		case $1 in
		-C | -c | --shallow-file | --git-dir | --work-tree | --namespace | --super-prefix | --config-env | --attr-source)
			[ "$#" -gt 1 ] || return 1
			shift 2
			;;
		--git-dir=* | --work-tree=* | --namespace=* | --super-prefix=* | --config-env=* | --attr-source=* | --exec-path | --exec-path=* | --list-cmds | --list-cmds=* | -p | --paginate | -P | --no-pager | --bare | --no-replace-objects | --no-lazy-fetch | --no-optional-locks | --no-advice | --literal-pathspecs | --no-literal-pathspecs | --glob-pathspecs | --noglob-pathspecs | --icase-pathspecs | --html-path | --man-path | --info-path)
			shift
			;;
		push | fetch | pull | ls-remote | clone)
			return 0
			;;
		remote)
			shift
			while [ "$#" -gt 0 ]; do
				case $1 in
				update) return 0 ;;
				-*) shift ;;
				*) return 1 ;;
				esac
			done
			return 1
			;;
		submodule)
			shift
			while [ "$#" -gt 0 ]; do
				case $1 in
				update) return 0 ;;
				-*) shift ;;
				*) return 1 ;;
				esac
			done
			return 1
			;;
		*)
			return 1
			;;
		esac
	done
	return 1
}

case $0 in
/usr/bin/git)
	printf '%s\n' 'fatal: refward: this script stands where it was told that git is' >&2
	exit 128
	;;
esac

if reaches_out "$@"; then
	exec /usr/bin/node /opt/refward/git-shim.mjs /usr/bin/git "$@"
fi
exec /usr/bin/git "$@"
