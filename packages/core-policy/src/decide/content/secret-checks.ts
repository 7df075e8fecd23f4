import { quoteUntrusted } from '../../errors/quote-untrusted.ts'
import { createRefusal } from '../../errors/refusal.ts'
import type { Refusal } from '../../errors/refusal.ts'
import type { FoundAt } from '../facts.ts'
import type { ContentCheck, ContentContext } from './content-context.ts'
import { shortId } from './content-context.ts'

/** What a scanner and the search for live credentials found. */
export const secretChecks: readonly ContentCheck[] = [
  { id: 'secrets.own', judge: judgeOwnCredentials },
  { id: 'secrets', judge: judgeFindings },
]

/** INVARIANT: no exception applies to a live credential of the gateway. */
function* judgeOwnCredentials({ facts }: ContentContext): Iterable<Refusal> {
  for (const found of facts.ownCredentials) {
    yield createRefusal('RW_OWN_CREDENTIAL', { rule: 'secrets.own' }, { where: describePlace(found) })
  }
}

function* judgeFindings({ facts, settings }: ContentContext): Iterable<Refusal> {
  const exceptions = new Map(settings.secrets.exceptions.map(({ fingerprint, expires }) => [fingerprint, expires]))
  for (const { rule, fingerprint, ...found } of facts.findings) {
    const expires = exceptions.get(fingerprint)
    if (expires !== undefined && facts.now <= expires) continue
    const outcome = expires === undefined ? fingerprint : `${fingerprint} again, whose exception has expired`
    yield createRefusal('RW_SECRET_FOUND', { rule: 'secrets' }, { where: describePlace(found), finding: rule, fingerprint: outcome })
  }
}

/** `src/config.ts:7 in commit 1a2b3c4d5e6f`; for what has no path, the object. */
function describePlace({ object, path, commit, line }: FoundAt): string {
  const where = path === undefined ? `object ${quoteUntrusted(shortId(object))}` : quoteUntrusted(path)
  const at = line === undefined ? where : `${where}:${line}`
  return commit === undefined ? at : `${at} in commit ${quoteUntrusted(shortId(commit))}`
}
