import { resolve } from 'node:path'

import { escapeUntrusted, parseAgentName, parseRepoId, quoteUntrusted } from '@refward/core-policy'
import type { Loss } from '@refward/git-engine'
import type { ListedTree, RemovedTree } from '@refward/gateway-server'
import type { MadeWorktree } from '@refward/ledger'

import { readArgument } from '../cli/read-argument.ts'
import { renderTable } from '../cli/render-table.ts'
import type { Report } from '../cli/report.ts'
import { reportOk } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import type { ControlClient } from '../operator/control-client.ts'
import { createControlClient } from '../operator/control-client.ts'

interface ConfigOption {
  readonly config?: string
}

export interface AddWorktreeOptions extends ConfigOption {
  readonly agent: string
  readonly repo: string
  readonly path: string
  readonly branch?: string
  readonly from?: string
  readonly uid?: number
  readonly gid?: number
}

export interface ListWorktreesOptions extends ConfigOption {
  readonly agent?: string
  readonly quick?: boolean
}

export interface RemoveWorktreeOptions extends ConfigOption {
  readonly loseWork?: boolean
}

/** Work trees are made from the mirror and compared with the forge, so the gateway has to run. */
async function openControl(world: World, { config }: ConfigOption): Promise<ControlClient> {
  return createControlClient((await loadConfig(locateConfig(world, config))).controlPath)
}

export async function runAddWorktree(world: World, options: AddWorktreeOptions): Promise<Report> {
  const { agent, repo, path, branch, from, uid, gid } = options
  const optional = { ...(branch !== undefined && { branch }), ...(from !== undefined && { from }), ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) }
  const body = { agent: readArgument(parseAgentName(agent)), repository: readArgument(parseRepoId(repo)), path, ...optional }
  const made = (await (await openControl(world, options)).call('POST', '/v1/worktrees', body))['worktree'] as MadeWorktree
  return reportOk(`${quoteUntrusted(made.path)} is on ${nameBranch(made)} of ${made.repo}, for ${made.agent}\n`, { worktree: made })
}

export async function runListWorktrees(world: World, options: ListWorktreesOptions): Promise<Report> {
  const query = new URLSearchParams({ quick: String(options.quick === true) })
  if (options.agent !== undefined) query.set('agent', readArgument(parseAgentName(options.agent)))
  const worktrees = (await (await openControl(world, options)).call('GET', `/v1/worktrees?${query.toString()}`))['worktrees'] as readonly ListedTree[]
  return reportOk(worktrees.length === 0 ? 'there are no work trees\n' : renderTrees(worktrees), { worktrees })
}

export async function runRemoveWorktree(world: World, path: string, options: RemoveWorktreeOptions): Promise<Report> {
  const query = new URLSearchParams({ path: resolve(world.directory, path), lose_work: String(options.loseWork === true) })
  const answer = await (await openControl(world, options)).call('DELETE', `/v1/worktrees?${query.toString()}`)
  const { worktree, directory, lost } = answer as unknown as RemovedTree
  return reportOk(`${quoteUntrusted(worktree.path)} ${describeDirectory[directory]}\n${lost.map(renderLoss).join('')}`, { worktree, directory, lost })
}

const describeDirectory: Readonly<Record<RemovedTree['directory'], string>> = {
  deleted: 'is removed',
  absent: 'was gone already; it is removed from the record',
  'not-ours': 'is not the directory that was made, and was left alone; it is removed from the record',
}

function renderTrees(trees: readonly ListedTree[]): string {
  const rows = trees.map((tree) => [quoteUntrusted(tree.path), tree.agent, tree.repo, nameBranch(tree), tree.state ?? '-', String(tree.unpushedCommits ?? '-')])
  const table = renderTable(['PATH', 'AGENT', 'REPOSITORY', 'BRANCH', 'STATE', 'UNPUSHED'], rows)
  const losses = trees.map(({ path, losses: named = [], moreLosses = 0 }) => {
    if (named.length === 0) return ''
    return `\n${quoteUntrusted(path)} holds what is nowhere else:\n${named.map(renderLoss).join('')}${moreLosses > 0 ? `  and ${moreLosses} more\n` : ''}`
  })
  return table + losses.join('')
}

function nameBranch({ ref }: Pick<MadeWorktree, 'ref'>): string {
  return quoteUntrusted(ref.replace(/^refs\/heads\//, ''))
}

/** Names in a work tree are its agent's, and may hold anything. */
function renderLoss({ kind, name, detail }: Loss): string {
  return `  ${kind} ${quoteUntrusted(name)}: ${escapeUntrusted(detail)}\n`
}
