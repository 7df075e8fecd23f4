import { matchesNaively } from './naive-glob.ts'

/** What the naive decider knows: plain data, and nothing of the code that it is compared with. */
export interface NaiveQuestion {
  readonly agent: string
  readonly own: readonly string[]
  readonly protected: readonly string[]
  readonly create: NaivePermission
  readonly delete: NaivePermission
  readonly tagCreate: NaivePermission
  readonly tagMove: NaivePermission
  readonly tagDelete: NaivePermission
  readonly refs: readonly string[]
  readonly initialPush: boolean
  readonly head: string | undefined
  readonly existing: readonly string[]
  readonly owned: readonly string[]
  readonly commands: readonly NaiveCommand[]
}

export type NaivePermission = 'never' | 'own' | readonly string[]

export interface NaiveCommand {
  readonly ref: string
  readonly deletes: boolean
  /** The client's old value is the forge's. */
  readonly honest: boolean
}

const USUAL: ReadonlySet<string> = new Set(['main', 'master', 'trunk', 'default', 'develop', 'mainline'])

/** One code for each command, or `ok`: design section 9 read aloud, with loops over everything. */
export function decideNaively(question: NaiveQuestion): readonly string[] {
  const verdicts = question.commands.map((command) => judge(question, command))
  if (verdicts.every((verdict) => verdict === 'ok')) return verdicts
  return verdicts.map((verdict) => (verdict === 'ok' ? 'RW_PUSH_REFUSED_TOGETHER' : verdict))
}

function judge(question: NaiveQuestion, command: NaiveCommand): string {
  const { ref } = command
  const { commands, refs, agent } = question
  if (!isValidName(ref)) return 'RW_REF_NAME_INVALID'
  if (commands.filter((other) => other.ref === ref).length > 1) return 'RW_REF_DUPLICATE'
  const [, namespace = ''] = ref.split('/')
  const place = namespace === 'heads' ? 'branch' : namespace === 'tags' ? 'tag' : 'other'
  if (place === 'other' && ['heads', 'tags', 'replace', 'refward'].includes(namespace.toLowerCase())) return 'RW_REF_RESERVED'
  if (place === 'other' && !matchesAny(refs, ref, agent)) return 'RW_REF_NAMESPACE'
  const right = place === 'branch' ? judgeBranch(question, command) : place === 'tag' ? judgeTag(question, command) : judgeOther(question, command)
  return right !== 'ok' ? right : judgeConflicts(question, command)
}

function judgeBranch(question: NaiveQuestion, { ref, deletes }: NaiveCommand): string {
  const { agent, existing, owned } = question
  const name = ref.slice('refs/heads/'.length)
  const isEmpty = !existing.some((other) => other.startsWith('refs/heads/'))
  if (isEmpty && !question.initialPush) return 'RW_REPOSITORY_EMPTY'
  if (question.protected.some((pattern) => matchesNaively(pattern.toLowerCase(), name.toLowerCase()))) return 'RW_REF_PROTECTED'
  const exists = existing.includes(ref)
  const isDefault = question.head === undefined ? USUAL.has(name.toLowerCase()) : question.head.toLowerCase() === ref.toLowerCase()
  const opens = isEmpty && question.initialPush && !deletes
  if (isDefault) return opens ? 'ok' : 'RW_REF_PROTECTED'
  const isOwn = matchesAny(question.own, name, agent) || owned.includes(ref)
  if (!exists && !deletes) {
    if (permits(question.create, name, agent, isOwn)) return 'ok'
    return isOwn ? 'RW_REF_CREATE' : 'RW_REF_NOT_OWNED'
  }
  if (!isOwn) return 'RW_REF_NOT_OWNED'
  return !deletes || permits(question.delete, name, agent, isOwn) ? 'ok' : 'RW_REF_DELETE'
}

function judgeTag(question: NaiveQuestion, { ref, deletes }: NaiveCommand): string {
  const { agent, existing, owned, own } = question
  const name = ref.slice('refs/tags/'.length)
  const isOwn = matchesAny(own, name, agent) || owned.includes(ref)
  const creates = !deletes && !existing.includes(ref)
  if (creates) return permits(question.tagCreate, name, agent, isOwn) ? 'ok' : 'RW_TAG_DENIED'
  const permission = deletes ? question.tagDelete : question.tagMove
  return isOwn && permits(permission, name, agent, isOwn) ? 'ok' : 'RW_TAG_DENIED'
}

function judgeOther({ owned }: NaiveQuestion, { ref, deletes }: NaiveCommand): string {
  return deletes && !owned.includes(ref) ? 'RW_REF_DELETE' : 'ok'
}

function judgeConflicts({ existing, commands }: NaiveQuestion, { ref, deletes, honest }: NaiveCommand): string {
  const written = commands.filter((other) => !other.deletes).map((other) => other.ref)
  // `refs` itself is a directory in every repository, and refused for its name.
  const others = [...existing, ...written].filter((other) => other !== ref && other !== 'refs')
  if (!deletes && !existing.includes(ref)) {
    const low = ref.toLowerCase()
    if (others.some((other) => other.toLowerCase() === low)) return 'RW_REF_CASE_CONFLICT'
    if (others.some((other) => other.toLowerCase().startsWith(`${low}/`) || low.startsWith(`${other.toLowerCase()}/`))) return 'RW_REF_DIRECTORY_CONFLICT'
    const twin = low.startsWith('refs/heads/') ? low.replace('refs/heads/', 'refs/tags/') : low.startsWith('refs/tags/') ? low.replace('refs/tags/', 'refs/heads/') : undefined
    if (others.some((other) => other.toLowerCase() === twin)) return 'RW_REF_AMBIGUOUS'
  }
  if (deletes && !existing.includes(ref)) return 'RW_REF_MISSING'
  return honest ? 'ok' : 'RW_REF_STALE'
}

function permits(permission: NaivePermission, name: string, agent: string, isOwn: boolean): boolean {
  if (permission === 'never') return false
  return permission === 'own' ? isOwn : matchesAny(permission, name, agent)
}

function matchesAny(patterns: readonly string[], name: string, agent: string): boolean {
  return patterns.some((pattern) => matchesNaively(pattern.replaceAll('{agent}', agent), name))
}

/** The names that the generator makes are invalid in few ways. */
function isValidName(ref: string): boolean {
  const parts = ref.split('/')
  if (parts[0] !== 'refs' || parts.length < 3 || parts.includes('') || /[^\x21-\x7e]|[*:~^?[\\]|\.\.|@\{/.test(ref)) return false
  if (parts.some((part) => /^[.-]|\.$|\.lock$/i.test(part))) return false
  return !(/^refs\/(?:heads|tags)\//.test(ref) && /^(?:head|refs(?:\/.*)?)$/i.test(parts.slice(2).join('/')))
}
