import type { Check, CheckResult } from '../decide/check.ts'
import { pass, refuse } from '../decide/check.ts'
import { quoteUntrusted } from '../errors/quote-untrusted.ts'
import { createRefusal } from '../errors/refusal.ts'
import type { ForgeContext } from './forge-checks.ts'
import type { ForgeText } from './forge-change.ts'
import { listTexts } from './forge-change.ts'
import { findCommandLine } from './text-command.ts'

/** Rules on what is written. What weighs most comes first. */
export const textChecks: readonly Check<ForgeContext>[] = [
  { id: 'secrets.own', judge: judgeOwnCredentials },
  { id: 'secrets', judge: judgeFindings },
  { id: 'forge.text', judge: judgeForm },
  { id: 'forge.commands', judge: judgeCommands },
]

/** INVARIANT: no exception applies to a live credential of the gateway. */
function judgeOwnCredentials({ facts }: ForgeContext): CheckResult {
  const [found] = facts.ownCredentials
  if (found === undefined) return pass('secrets.own')
  return refuse(createRefusal('RW_OWN_CREDENTIAL', { rule: 'secrets.own' }, { where: describePlace(found.object, found.line) }))
}

function judgeFindings({ intent, facts }: ForgeContext): CheckResult {
  const exceptions = new Map(intent.policy.settings.secrets.exceptions.map(({ fingerprint, expires }) => [fingerprint, expires]))
  for (const { rule, fingerprint, object, line } of facts.findings) {
    const expires = exceptions.get(fingerprint)
    if (expires !== undefined && facts.now <= expires) continue
    const shown = expires === undefined ? fingerprint : `${fingerprint} again, whose exception has expired`
    return refuse(createRefusal('RW_FORGE_SECRET', { rule: 'secrets' }, { where: describePlace(object, line), finding: rule, fingerprint: shown }))
  }
  return pass('secrets')
}

function describePlace(field: string, line: number | undefined): string {
  return line === undefined ? `the ${field}` : `line ${line} of the ${field}`
}

/** What GitHub takes, and no forge here takes much more. */
export const MAXIMUM_TEXT = { line: 256, name: 244, text: 65_536 } as const
/** Tab and line ends are all that a text needs; anything else there steers the terminal of whoever reads it, or shows words in another order than they have. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
const LINE_CONTROL = /[\u0000-\u001f\u007f-\u009f]/

function judgeForm({ intent }: ForgeContext): CheckResult {
  for (const text of listTexts(intent.change)) {
    const detail = findFormProblem(text)
    if (detail !== undefined) return refuse(createRefusal('RW_FORGE_TEXT', { rule: 'forge.text' }, { field: text.field, detail }))
  }
  return pass('forge.text')
}

function findFormProblem({ text, form, field }: ForgeText): string | undefined {
  if (text.length > MAXIMUM_TEXT[form]) return `has more than ${MAXIMUM_TEXT[form]} characters`
  if (form !== 'text' && LINE_CONTROL.test(text)) return 'must be one line, without control characters'
  if (CONTROL.test(text)) return 'has control characters'
  if (!text.isWellFormed()) return 'is not valid text'
  if (field === 'title' && text.trim() === '') return 'is empty'
  return undefined
}

function judgeCommands({ intent }: ForgeContext): CheckResult {
  if (intent.policy.settings.forge.commands === 'allow') return pass('forge.commands')
  for (const { field, text } of listTexts(intent.change)) {
    const found = findCommandLine(text)
    if (found !== undefined) return refuse(createRefusal('RW_FORGE_COMMAND', { rule: 'forge.commands' }, { field, line: found.line, command: quoteUntrusted(found.command) }))
  }
  return pass('forge.commands')
}
