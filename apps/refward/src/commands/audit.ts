import { RefwardError, parseAgentName, parseObjectId, parseRefName, parseRepoId, parseRequestId } from '@refward/core-policy'
import type { AuditHead, AuditLine, HistoryQuery, Ledger } from '@refward/ledger'

import { exitCodes } from '../cli/exit-code.ts'
import { readArgument } from '../cli/read-argument.ts'
import type { Report } from '../cli/report.ts'
import { reportOk } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import { openLedgerAt } from '../operator/open-operator.ts'
import { renderAuditLine } from './render-audit-line.ts'
import { renderDecision } from './render-decision.ts'

export interface AuditOptions {
  readonly config?: string
  readonly json?: boolean
  readonly follow?: boolean
  readonly verify?: boolean
  /** `<seq>:<hash>` */
  readonly expect?: string
  readonly from?: number
  readonly limit: number
  readonly repo?: string
  readonly ref?: string
  readonly agent?: string
  readonly object?: string
  readonly request?: string
}

/**
 * Reads the audit. Always from the ledger itself, also while a gateway runs: a check should not rest on the word of the process that it
 * checks, and reading a long audit should not cost that process time.
 */
export async function runAudit(world: World, options: AuditOptions): Promise<Report> {
  const query = readQuery(options)
  const expect = options.expect === undefined ? undefined : readHead(options.expect)
  const { ledgerPath } = await loadConfig(locateConfig(world, options.config))
  const ledger = openLedgerAt(world, ledgerPath)
  try {
    if (options.verify === true || expect !== undefined) return await verify(ledger, expect)
    if (options.follow === true) return await follow(world, ledger, options)
    if (query !== undefined) return await showHistory(ledger, query)
    return await showLines(ledger, options)
  } finally {
    ledger.close()
  }
}

async function verify(ledger: Ledger, expect: AuditHead | undefined): Promise<Report> {
  const verdict = await ledger.verifyAudit(expect)
  if (verdict.kind === 'broken') {
    const { message, hint } = new RefwardError('RW_AUDIT_BROKEN', { line: verdict.seq, what: verdict.what })
    return { exit: exitCodes.refused, text: `${message}\n${hint}\n`, json: { verdict } }
  }
  const { seq, hash } = verdict.head
  const steps = verdict.clockSteppedBack === 0 ? '' : `the clock went backwards ${verdict.clockSteppedBack} times\n`
  return reportOk(`${seq} lines, none changed, removed, reordered or inserted\n${steps}head ${seq}:${hash}\n`, { verdict })
}

/** Ends when the process is told to. */
async function follow(world: World, ledger: Ledger, options: AuditOptions): Promise<Report> {
  const from = options.from ?? (await lastLines(ledger, options.limit))
  for await (const line of ledger.followAudit({ from, signal: world.signal })) {
    world.out(options.json === true ? `${JSON.stringify(toJson(line))}\n` : renderAuditLine(line))
  }
  return { exit: exitCodes.ok, text: '', json: {}, streamed: true }
}

async function showLines(ledger: Ledger, { from, limit }: AuditOptions): Promise<Report> {
  const lines = await ledger.readAudit({ from: from ?? (await lastLines(ledger, limit)), limit })
  return reportOk(lines.map(renderAuditLine).join(''), { lines: lines.map(toJson) })
}

async function showHistory(ledger: Ledger, query: HistoryQuery): Promise<Report> {
  const decisions = await ledger.history(query)
  return reportOk(decisions.length === 0 ? 'nothing of that kind was decided\n' : decisions.map(renderDecision).join(''), { decisions })
}

async function lastLines(ledger: Ledger, limit: number): Promise<number> {
  return Math.max(1, (await ledger.auditHead()).seq - limit + 1)
}

function toJson({ seq, hash, text }: AuditLine): object {
  return { seq, hash, event: JSON.parse(text) as unknown }
}

function readQuery({ repo, ref, agent, object, request, limit }: AuditOptions): HistoryQuery | undefined {
  const filters = {
    ...(repo !== undefined && { repo: readArgument(parseRepoId(repo)) }),
    ...(ref !== undefined && { ref: readArgument(parseRefName(ref)) }),
    ...(agent !== undefined && { agent: readArgument(parseAgentName(agent)) }),
    ...(object !== undefined && { object: readArgument(parseObjectId(object)) }),
    ...(request !== undefined && { request: readArgument(parseRequestId(request)) }),
  }
  return Object.keys(filters).length === 0 ? undefined : { ...filters, limit }
}

function readHead(text: string): AuditHead {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash }
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument: '--expect', detail: 'it is not <number>:<hash>', remedy: 'write it as refward audit --verify prints the head' })
}
