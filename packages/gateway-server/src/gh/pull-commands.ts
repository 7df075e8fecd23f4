import { type GhOperation, RefwardError, printable } from '@refward/core-policy'
import type { Pull, Written } from '@refward/forge-api'
import type { ForgeReader } from '../forge-operations/forge-read.ts'
import { type GhAnswer, show, tell } from './gh-answer.ts'
import { type GhWorld, showMany, showOne } from './gh-world.ts'
import type { FieldTable } from './json/fields.ts'
import { checkFields, commentJson, pullFields, reviewJson } from './json/object-fields.ts'
import { cell } from './plain-text.ts'
import { renderChecks, renderComments, renderPull, renderPulls } from './render-objects.ts'
import { findPull, findPullNumber } from './resolve-pull.ts'

type Of<K extends GhOperation['kind']> = Extract<GhOperation, { readonly kind: K }>

export async function listPulls(world: GhWorld, { query }: Of<'pr.list'>): Promise<GhAnswer> {
  const pulls = await world.read({ action: 'pull.list' }, (reader) => reader.get<'pull.list'>({ kind: 'pull.list', query }))
  const heading = `Showing ${pulls.length} ${query.state === 'all' ? '' : `${query.state} `}pull requests in ${world.name}`
  return showMany(world, pullFields, pulls, () => (pulls.length === 0 ? '' : renderPulls(pulls, world.screen, heading)))
}

export async function viewPull(world: GhWorld, { select, comments }: Of<'pr.view'>): Promise<GhAnswer> {
  return world.read({ action: 'pull.view', target: targetOf(select, world) }, async (reader) => {
    const pull = await findPull(world, reader, select)
    return showOne(world, pullFieldsOf(reader), pull, async () => (comments ? renderComments(await reader.get<'pull.comments'>({ kind: 'pull.comments', number: pull.number, limit: 1000 })) : renderPull(pull)))
  })
}

/** Fields of one pull request that are not on it, and are asked for when they are wanted. */
function pullFieldsOf(reader: ForgeReader): FieldTable<Pull> {
  return new Map<string, (pull: Pull) => unknown>([
    ...pullFields,
    ['comments', async ({ number }) => (await reader.get<'pull.comments'>({ kind: 'pull.comments', number, limit: 1000 })).map(commentJson)],
    ['reviews', async ({ number }) => (await reader.get<'pull.reviews'>({ kind: 'pull.reviews', number, limit: 1000 })).map(reviewJson)],
    ['statusCheckRollup', async ({ number }) => (await reader.get<'pull.checks'>({ kind: 'pull.checks', number })).map((check) => ({ name: check.name, state: check.state.toUpperCase(), detailsUrl: check.url }))],
  ])
}

export async function diffPull(world: GhWorld, { select, nameOnly }: Of<'pr.diff'>): Promise<GhAnswer> {
  return world.read({ action: 'pull.diff', target: targetOf(select, world) }, async (reader) => {
    const { number } = await findPull(world, reader, select)
    const diff = await reader.get<'pull.diff'>({ kind: 'pull.diff', number })
    if (nameOnly) return show(listFiles(diff))
    // A program gets the bytes as they are, or the patch would not apply; a terminal must not do what a file says.
    return show(world.screen.isTerminal ? printable(diff) : diff)
  })
}

function listFiles(diff: string): string {
  const names = Array.from(diff.matchAll(/^diff --git a\/.* b\/(.*)$/gm), ([, name = '']) => name)
  return names.map((name) => `${printable(name)}\n`).join('')
}

/** gh ends with 8 while something is pending, and with 1 when something has failed. */
export async function checkPull(world: GhWorld, { select }: Of<'pr.checks'>): Promise<GhAnswer> {
  return world.read({ action: 'pull.checks', target: targetOf(select, world) }, async (reader) => {
    const pull = await findPull(world, reader, select)
    const checks = await reader.get<'pull.checks'>({ kind: 'pull.checks', number: pull.number })
    if (checks.length === 0) return { exitCode: 1, stdout: '', stderr: `no checks reported on the '${cell(pull.head.branch)}' branch\n` }
    const answer = await showMany(world, checkFields, checks, () => renderChecks(checks))
    const states = new Set(checks.map(({ state }) => state))
    return { ...answer, exitCode: states.has('fail') || states.has('cancel') ? 1 : states.has('pending') ? 8 : 0 }
  })
}

export async function pullStatus(world: GhWorld): Promise<GhAnswer> {
  return world.read({ action: 'pull.status' }, async (reader) => {
    const pulls = await reader.get<'pull.list'>({ kind: 'pull.list', query: { state: 'open', limit: 1000, labels: [] } })
    const current = pulls.find(({ head }) => head.isSameRepository && head.branch === world.currentBranch)
    const own = pulls.filter(({ head }) => head.isSameRepository && reader.permit.policy.rules.own.some((glob) => glob.matches(head.branch, world.context.subject.agent)))
    const line = (pull: Pull): string => `  #${pull.number}  ${cell(pull.title)} [${cell(pull.head.branch)}]\n`
    const currentText = current === undefined ? `  There is no pull request associated with [${cell(world.currentBranch ?? '')}]\n` : line(current)
    const ownText = own.length === 0 ? '  You have no open pull requests\n' : own.map(line).join('')
    return show(`\nRelevant pull requests in ${world.name}\n\nCurrent branch\n${currentText}\nCreated by you\n${ownText}\nRequesting a code review from you\n  You have no pull requests to review\n\n`)
  })
}

export async function createPull(world: GhWorld, { title, body, head, base, draft }: Of<'pr.create'>): Promise<GhAnswer> {
  const from = (head ?? world.currentBranch)?.replace(ownerPrefix(world), '')
  if (from === undefined) throw new RefwardError('RW_GH_USAGE', { detail: 'it is not known which branch is checked out', remedy: 'name it with --head' })
  const to = base ?? (await world.read({ action: 'repository.view' }, (reader) => reader.get<'repository.view'>({ kind: 'repository.view' }))).defaultBranch
  return showUrl(await world.write({ kind: 'pull.create', title, body, head: from, base: to, draft }))
}

/** gh writes the owner in front of a head, `acme:topic`; of another owner it stays, and is no branch of this repository. */
function ownerPrefix({ name }: GhWorld): string {
  return `${name.split('/')[0] ?? ''}:`
}

export async function commentPull(world: GhWorld, { select, body }: Of<'pr.comment'>): Promise<GhAnswer> {
  return showUrl(await world.write({ kind: 'pull.comment', number: await findPullNumber(world, select), body }))
}

export async function editPull(world: GhWorld, { select, title, body, base }: Of<'pr.edit'>): Promise<GhAnswer> {
  return showUrl(await world.write({ kind: 'pull.edit', number: await findPullNumber(world, select), title, body, base }))
}

/** The comment comes second, where gh has it first: if closing is refused, nothing was written. */
export async function setPullState(world: GhWorld, { select, state, comment }: Of<'pr.state'>): Promise<GhAnswer> {
  const number = await findPullNumber(world, select)
  const written = await world.write({ kind: 'pull.state', number, state })
  if (comment !== undefined) await world.write({ kind: 'pull.comment', number, body: comment })
  return tell(`✓ ${state === 'open' ? 'Reopened' : 'Closed'} pull request ${describe(world, number, written)}\n`)
}

export async function setPullDraft(world: GhWorld, { select, draft }: Of<'pr.ready'>): Promise<GhAnswer> {
  const number = await findPullNumber(world, select)
  await world.write({ kind: 'pull.draft', number, draft })
  return tell(`✓ Pull request ${world.name}#${number} is ${draft ? 'converted to "draft"' : 'marked as "ready for review"'}\n`)
}

export async function reviewPull(world: GhWorld, { select, body }: Of<'pr.review'>): Promise<GhAnswer> {
  const number = await findPullNumber(world, select)
  await world.write({ kind: 'pull.review', number, body, comments: [] })
  return tell(world.screen.isTerminal ? `- Reviewed pull request ${world.name}#${number}\n` : '')
}

export async function mergePull(world: GhWorld, { select, method }: Of<'pr.merge'>): Promise<GhAnswer> {
  const named = await findPullNumber(world, select)
  const { number, head } = await world.read({ action: 'pull.view', target: `#${named}` }, (reader) => reader.get<'pull.view'>({ kind: 'pull.view', number: named }))
  const written = await world.write({ kind: 'pull.merge', number, method, headId: head.id })
  return tell(`✓ Merged pull request ${describe(world, number, written)}\n`)
}

function describe({ name }: GhWorld, number: number, written: Written): string {
  return `${name}#${number}${written.kind === 'pull' ? ` (${cell(written.pull.title)})` : ''}`
}

/** What was made is shown by its address alone, so that a script can go on with it. */
export function showUrl(written: Written): GhAnswer {
  switch (written.kind) {
    case 'pull':
      return show(`${cell(written.pull.url)}\n`)
    case 'issue':
      return show(`${cell(written.issue.url)}\n`)
    case 'comment':
      return show(`${cell(written.comment.url)}\n`)
    case 'review':
      return show(`${cell(written.review.url)}\n`)
    case 'route':
      return show('')
  }
}

function targetOf(select: Of<'pr.view'>['select'], { currentBranch }: GhWorld): string | undefined {
  if (select === undefined) return currentBranch
  return select.kind === 'branch' ? select.branch : `#${select.number}`
}
