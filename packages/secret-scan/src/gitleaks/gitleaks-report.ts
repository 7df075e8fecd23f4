import { ScanStop } from '../run/scan-stop.ts'
import type { ProgramResult } from './run-program.ts'

/** One entry of gitleaks' JSON report, as far as it is used. */
export interface GitleaksFinding {
  readonly ruleId: string
  readonly description: string
  /** One-based line of the stream. */
  readonly line: number
  /** Zero-based column in bytes. */
  readonly column: number
  /** As Latin-1, one character for each byte. */
  readonly secret: string
}

/** Exit code that gitleaks is told to use for findings. Its own default, 1, is also that of its failures. */
export const LEAKS_FOUND_CODE = 77

const RULE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
const SCANNED = /scanned ~([0-9]{1,18}) bytes/

/**
 * Reads what gitleaks said. INVARIANT: an answer that does not prove that all bytes were looked at is not an answer:
 * gitleaks ends early and silently, as if it had found nothing, when it takes its input for a binary file.
 *
 * @param fedBytes how many bytes it was given
 * @throws ScanStop when the answer is not a whole report of all of them.
 */
export function parseGitleaksResult(
  { code, stdout, stderr }: ProgramResult,
  fedBytes: number,
): readonly GitleaksFinding[] {
  if (code !== 0 && code !== LEAKS_FOUND_CODE) throw new ScanStop('scanner-failed', `gitleaks ended with code ${code}`)
  const scanned = SCANNED.exec(stderr)?.[1]
  if (scanned === undefined) throw output('gitleaks did not say how much it scanned')
  if (Number(scanned) !== fedBytes) throw output(`gitleaks scanned ${scanned} of ${fedBytes} bytes`)
  const findings = parseReport(stdout)
  if (findings.length === 0 && code === LEAKS_FOUND_CODE) throw output('gitleaks found something and reported nothing')
  return findings
}

function parseReport(text: string): readonly GitleaksFinding[] {
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch (error) {
    throw new ScanStop('scanner-output', 'the report of gitleaks is not JSON', { cause: error })
  }
  if (!Array.isArray(report)) throw output('the report of gitleaks is not a list')
  return report.map(parseFinding)
}

function parseFinding(entry: unknown): GitleaksFinding {
  if (typeof entry !== 'object' || entry === null) throw output('an entry in the report of gitleaks is not an object')
  const { RuleID, Description, StartLine, StartColumn, Secret }: Record<string, unknown> = { ...entry }
  if (typeof RuleID !== 'string' || !RULE_ID.test(RuleID))
    throw output('a rule in the report of gitleaks has no usable id')
  if (typeof Description !== 'string') throw output('a rule in the report of gitleaks has no description')
  if (!isCount(StartLine) || !isCount(StartColumn)) throw output('an entry in the report of gitleaks has no place')
  if (typeof Secret !== 'string' || Secret === '') throw output('an entry in the report of gitleaks has no secret')
  return {
    ruleId: RuleID,
    description: Description,
    line: StartLine,
    // gitleaks counts columns from 1, and in all but the first line of a piece the line end before them too.
    column: Math.max(0, StartColumn - 2),
    secret: Buffer.from(Secret, 'utf8').toString('latin1'),
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
}

function output(detail: string): ScanStop {
  return new ScanStop('scanner-output', detail)
}
