import { type ForgeText, RefwardError, type SecretFinding, type FoundAt } from '@refward/core-policy'
import { GATEWAY_CREDENTIAL_RULE, type ScanInput, type ScanReport, type Scanner } from '@refward/secret-scan'

export interface TextFindings {
  readonly findings: readonly SecretFinding[]
  readonly ownCredentials: readonly FoundAt[]
}

const SCAN_MS = 30_000
const SCAN_BYTES = 4 * 1024 * 1024

/**
 * Looks for secrets in the texts of a change, as in pushed objects. Each is scanned by itself, and all of them joined as well, forwards and
 * backwards: a secret that is cut in two over title and body would otherwise pass in two halves.
 *
 * @throws RefwardError RW_SCAN_UNAVAILABLE when it was not completed.
 */
export async function scanTexts(scanner: Scanner, texts: readonly ForgeText[], { clock, signal }: { readonly clock: () => number; readonly signal: AbortSignal }): Promise<TextFindings> {
  const whole = texts.length > 1 ? [joinTexts(texts), joinTexts(texts.toReversed())] : []
  const inputs = [...texts, ...whole].map(toInput)
  const report = await scanner.scan(inputs, { signal, deadline: clock() + SCAN_MS, bytes: SCAN_BYTES })
  return readReport(report)
}

function joinTexts(texts: readonly ForgeText[]): ForgeText {
  return { field: 'text as a whole', text: texts.map(({ text }) => text).join(''), form: 'text' }
}

function toInput({ field, text }: ForgeText): ScanInput {
  const bytes = Buffer.from(text, 'utf8')
  return { meta: { id: field, type: 'blob' }, size: bytes.length, chunks: bytes }
}

function readReport(report: ScanReport): TextFindings {
  if (report.kind === 'incomplete') throw new RefwardError('RW_SCAN_UNAVAILABLE', { detail: report.detail })
  const found = report.kind === 'found' ? report.findings : []
  const own = found.filter(({ rule }) => rule === GATEWAY_CREDENTIAL_RULE)
  return {
    findings: found.filter((finding) => !own.includes(finding)).map(({ rule, fingerprint, object, line }) => ({ rule, fingerprint, object, line })),
    ownCredentials: own.map(({ object, line }) => ({ object, line })),
  }
}
