import type { RepositorySettings } from '../config/config.ts'
import { quoteUntrusted } from '../errors/quote-untrusted.ts'
import { renderBytes } from '../errors/render-template.ts'
import type { ExplainedSetting } from './explanation.ts'

/** The settings by which the content of a push is judged. */
export function explainContent(settings: RepositorySettings): readonly ExplainedSetting[] {
  return [...explainPaths(settings), ...explainCommits(settings), ...explainSecrets(settings), ...explainLimits(settings)]
}

function explainPaths({ paths, symlinks, submodules }: RepositorySettings): readonly ExplainedSetting[] {
  const lifted = paths.allow.length === 0 ? '' : `, except ${list(paths.allow)}`
  return [
    { rule: 'paths.builtin', message: `workflow and ownership files may not be changed${lifted}` },
    ...when(paths.deny, 'paths.deny', (patterns) => `may not be changed: ${list(patterns)}`),
    { rule: 'symlinks', message: symlinks === 'inside' ? 'symbolic links may lead to something inside the repository' : 'symbolic links may lead anywhere' },
    { rule: 'submodules.hosts', message: `submodules may come from the forge itself${submodules.hosts.length === 0 ? '' : ` and ${list(submodules.hosts)}`}` },
  ]
}

function explainCommits({ commits }: RepositorySettings): readonly ExplainedSetting[] {
  const { author, committer, subjectLength, subjectPrefixes, signoff } = commits
  return [
    ...when(author, 'commits.author', (patterns) => `authors may be ${list(patterns)}`),
    ...when(committer, 'commits.committer', (patterns) => `committers may be ${list(patterns)}`),
    ...(subjectLength === undefined ? [] : [{ rule: 'commits.subject_length', message: `first lines of messages have at most ${subjectLength} characters` }]),
    ...when(subjectPrefixes, 'commits.subject_prefixes', (prefixes) => `messages begin with ${list(prefixes)}`),
    ...(signoff ? [{ rule: 'commits.signoff', message: 'commits have a Signed-off-by line of their author' }] : []),
  ]
}

function explainSecrets({ secrets }: RepositorySettings): readonly ExplainedSetting[] {
  const exceptions = secrets.exceptions.length === 0 ? '' : `, with ${secrets.exceptions.length} exceptions`
  return [{ rule: 'secrets', message: `${secrets.scanner} looks for secrets in every new object${exceptions}` }]
}

function explainLimits({ limits }: RepositorySettings): readonly ExplainedSetting[] {
  return [
    { rule: 'limits.pack', message: `a pack has at most ${renderBytes(limits.pack)}` },
    { rule: 'limits.object', message: `an object has at most ${renderBytes(limits.object)}` },
    { rule: 'limits.objects', message: `a push has at most ${limits.objects} objects and ${limits.commits} commits` },
    { rule: 'limits.refs', message: `a push has at most ${limits.refs} refs` },
  ]
}

function when(values: readonly string[], rule: string, words: (values: readonly string[]) => string): readonly ExplainedSetting[] {
  return values.length === 0 ? [] : [{ rule, message: words(values) }]
}

function list(values: readonly string[]): string {
  return values.map((value) => quoteUntrusted(value)).join(', ')
}
