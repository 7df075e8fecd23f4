import type { AcceptedRow } from '../row.ts'

const NEW = '--branches is a newer name of --heads, which git before 2.46 does not know'
const WIDGET = 'https://git.example.org/acme/widget.git'

export const lsRemoteRows: readonly AcceptedRow[] = [
  { name: 'nothing but the command', given: 'ls-remote', normal: 'ls-remote' },
  { name: 'a remote', given: 'ls-remote origin', normal: 'ls-remote origin' },
  { name: 'branches', given: 'ls-remote --heads origin', normal: 'ls-remote --heads origin' },
  { name: 'branches, in a letter', given: 'ls-remote -h origin', normal: 'ls-remote --heads origin' },
  { name: 'branches by the newer name', given: 'ls-remote --branches origin', normal: 'ls-remote --heads origin', difference: NEW },
  { name: 'tags', given: 'ls-remote -t origin', normal: 'ls-remote --tags origin' },
  { name: 'branches and tags in a word', given: 'ls-remote -ht origin', normal: 'ls-remote --heads --tags origin' },
  { name: 'refs alone', given: 'ls-remote --refs origin', normal: 'ls-remote --refs origin' },
  { name: 'what HEAD is', given: 'ls-remote --symref origin HEAD', normal: 'ls-remote --symref origin HEAD' },
  { name: 'a branch', given: 'ls-remote origin main', normal: 'ls-remote origin main' },
  { name: 'patterns', given: 'ls-remote origin refs/tags/v* rel*', normal: 'ls-remote origin refs/tags/v* rel*' },
  { name: 'a pattern with brackets', given: 'ls-remote origin v[0-9]*', normal: 'ls-remote origin v[0-9]*' },
  { name: 'nothing found', given: 'ls-remote --exit-code origin nothing', normal: 'ls-remote --exit-code origin nothing', exit: 2 },
  { name: 'nothing found, and no matter', given: 'ls-remote origin nothing', normal: 'ls-remote origin nothing' },
  { name: 'the address', given: 'ls-remote --get-url origin', normal: 'ls-remote --get-url origin' },
  { name: 'an order', given: 'ls-remote --sort=refname origin', normal: 'ls-remote --sort=refname origin' },
  { name: 'versions, newest first', given: 'ls-remote --tags --sort=-v:refname origin', normal: 'ls-remote --tags --sort=-version:refname origin' },
  { name: 'that in two words', given: 'ls-remote --sort -version:refname --refs origin', normal: 'ls-remote --sort=-version:refname --refs origin' },
  { name: 'quietly', given: 'ls-remote -q', normal: 'ls-remote --quiet' },
  { name: 'an address', given: `ls-remote ${WIDGET}`, normal: `ls-remote ${WIDGET}` },
  { name: 'an address like one of scp', given: 'ls-remote git@git.example.org:acme/widget.git main', normal: 'ls-remote git@git.example.org:acme/widget.git main' },
  { name: 'a double dash', given: 'ls-remote --tags -- origin', normal: 'ls-remote --tags origin' },
]

export const remoteUpdateRows: readonly AcceptedRow[] = [
  { name: 'every remote', given: 'remote update', normal: 'remote update' },
  { name: 'one', given: 'remote update origin', normal: 'remote update origin' },
  { name: 'two', given: 'remote update origin backup', normal: 'remote update origin backup' },
  { name: 'a group', given: 'remote update both', normal: 'remote update both' },
  { name: 'pruned', given: 'remote update -p', normal: 'remote update --prune' },
  { name: 'pruned, behind the remote', given: 'remote update origin --prune', normal: 'remote update --prune origin' },
  { name: 'loudly', given: 'remote -v update', normal: 'remote --verbose update' },
  { name: 'loudly, in full, pruned', given: 'remote --verbose update --prune both', normal: 'remote --verbose update --prune both' },
  { name: 'a remote that nobody knows', given: 'remote update nowhere', normal: 'remote update nowhere', exit: 1 },
]

export const cloneRows: readonly AcceptedRow[] = [
  { name: 'an address', given: `clone ${WIDGET}`, normal: `clone ${WIDGET}`, place: 'nowhere' },
  { name: 'an address and a directory', given: `clone ${WIDGET} here`, normal: `clone ${WIDGET} here`, place: 'nowhere' },
  { name: 'a double dash', given: `clone -q -- ${WIDGET} here`, normal: `clone --quiet ${WIDGET} here`, place: 'nowhere' },
  { name: 'a branch', given: `clone -b topic ${WIDGET}`, normal: `clone --branch=topic ${WIDGET}`, place: 'nowhere' },
  { name: 'a branch stuck to its letter', given: `clone -btopic ${WIDGET}`, normal: `clone --branch=topic ${WIDGET}`, place: 'nowhere' },
  { name: 'a tag', given: `clone --branch v1 --single-branch ${WIDGET}`, normal: `clone --branch=v1 --single-branch ${WIDGET}`, place: 'nowhere' },
  { name: 'another name', given: `clone -o upstream ${WIDGET}`, normal: `clone --origin=upstream ${WIDGET}`, place: 'nowhere' },
  { name: 'a depth', given: `clone --depth 1 ${WIDGET}`, normal: `clone --depth=1 ${WIDGET}`, place: 'nowhere' },
  { name: 'a depth of every branch', given: `clone --depth=1 --no-single-branch ${WIDGET}`, normal: `clone --depth=1 --no-single-branch ${WIDGET}`, place: 'nowhere' },
  { name: 'since a day', given: `clone --shallow-since=2023-11-01 ${WIDGET}`, normal: `clone --shallow-since=2023-11-01 ${WIDGET}`, place: 'nowhere' },
  { name: 'without file contents', given: `clone --filter=blob:none ${WIDGET}`, normal: `clone --filter=blob:none ${WIDGET}`, place: 'nowhere' },
  { name: 'no files', given: `clone -n ${WIDGET}`, normal: `clone --no-checkout ${WIDGET}`, place: 'nowhere' },
  { name: 'few files', given: `clone --sparse ${WIDGET}`, normal: `clone --sparse ${WIDGET}`, place: 'nowhere' },
  { name: 'bare', given: `clone --bare ${WIDGET}`, normal: `clone --bare ${WIDGET}`, place: 'nowhere' },
  { name: 'a mirror', given: `clone --mirror ${WIDGET} copy.git`, normal: `clone --mirror ${WIDGET} copy.git`, place: 'nowhere' },
  { name: 'no tags', given: `clone --no-tags ${WIDGET}`, normal: `clone --no-tags ${WIDGET}`, place: 'nowhere' },
  { name: 'with submodules', given: 'clone --recursive https://git.example.org/acme/super.git', normal: 'clone --recurse-submodules https://git.example.org/acme/super.git', place: 'nowhere' },
  { name: 'with one submodule', given: 'clone --recurse-submodules=lib -j2 https://git.example.org/acme/super.git', normal: 'clone --recurse-submodules=lib --jobs=2 https://git.example.org/acme/super.git', place: 'nowhere' },
  { name: 'options behind the address', given: `clone ${WIDGET} here --depth 1`, normal: `clone --depth=1 ${WIDGET} here`, place: 'nowhere' },
  { name: 'letters in a word', given: `clone -qn ${WIDGET}`, normal: `clone --quiet --no-checkout ${WIDGET}`, place: 'nowhere' },
  { name: 'ssh', given: 'clone ssh://git@git.example.org/acme/widget.git', normal: 'clone ssh://git@git.example.org/acme/widget.git', place: 'nowhere' },
  { name: 'an address like one of scp', given: 'clone git@git.example.org:acme/widget.git', normal: 'clone git@git.example.org:acme/widget.git', place: 'nowhere' },
  { name: 'what is not there', given: 'clone https://git.example.org/acme/nothing.git', normal: 'clone https://git.example.org/acme/nothing.git', place: 'nowhere', exit: 128 },
]

export const submoduleUpdateRows: readonly AcceptedRow[] = [
  { name: 'nothing in use', given: 'submodule update', normal: 'submodule update', place: 'super' },
  { name: 'put to use', given: 'submodule update --init', normal: 'submodule update --init', place: 'super' },
  { name: 'put to use, in a letter', given: 'submodule update -i', normal: 'submodule update --init', place: 'super' },
  { name: 'all the way down', given: 'submodule update --init --recursive', normal: 'submodule update --init --recursive', place: 'super' },
  { name: 'quietly, before the word', given: 'submodule --quiet update --init', normal: 'submodule update --quiet --init', place: 'super' },
  { name: 'quietly, behind the word', given: 'submodule update -q --init', normal: 'submodule update --quiet --init', place: 'super' },
  { name: 'one', given: 'submodule update --init lib', normal: 'submodule update --init lib', place: 'super' },
  { name: 'one behind a double dash', given: 'submodule update --init -- lib', normal: 'submodule update --init lib', place: 'super' },
  { name: 'the tip of its branch', given: 'submodule update --init --remote', normal: 'submodule update --init --remote', place: 'super' },
  { name: 'a depth', given: 'submodule update --init --depth 1', normal: 'submodule update --init --depth=1', place: 'super' },
  { name: 'without file contents', given: 'submodule update --init --filter blob:none', normal: 'submodule update --init --filter=blob:none', place: 'super' },
  { name: 'two at a time', given: 'submodule update --init -j 2', normal: 'submodule update --init --jobs=2', place: 'super' },
  { name: 'a merge', given: 'submodule update --init -m', normal: 'submodule update --init --merge', place: 'super' },
  { name: 'a rebase', given: 'submodule update --init -r', normal: 'submodule update --init --rebase', place: 'super' },
  { name: 'checked out, whatever was there', given: 'submodule update --init -f --checkout', normal: 'submodule update --init --force --checkout', place: 'super' },
  { name: 'nothing from the network', given: 'submodule update -N', normal: 'submodule update --no-fetch', place: 'super' },
  { name: 'one branch', given: 'submodule update --init --single-branch', normal: 'submodule update --init --single-branch', place: 'super' },
  { name: 'as recommended', given: 'submodule update --init --no-recommend-shallow', normal: 'submodule update --init --no-recommend-shallow', place: 'super' },
  { name: 'what is not there', given: 'submodule update --init nothing', normal: 'submodule update --init nothing', place: 'super', exit: 1 },
]

/** With options before the command. */
export const globalRows: readonly AcceptedRow[] = [
  { name: 'another directory', given: '-C ../work fetch -p', normal: '-C ../work fetch --prune' },
  { name: 'two directories', given: '-C .. -C work fetch -t', normal: '-C .. -C work fetch --tags' },
  { name: 'no pager', given: '--no-pager ls-remote origin', normal: '--no-pager ls-remote origin' },
  { name: 'no pager, in a letter', given: '-P ls-remote -t origin', normal: '--no-pager ls-remote --tags origin' },
  { name: 'no locks', given: '--no-optional-locks fetch origin', normal: '--no-optional-locks fetch origin' },
  { name: 'no replacements', given: '--no-replace-objects push -u origin feature', normal: '--no-replace-objects push --set-upstream origin feature' },
]
