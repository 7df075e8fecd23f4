export { createGitleaksScanner, type GitleaksScannerOptions } from './gitleaks-scanner.ts'
export type { ProgramLimits, ProgramResult, RunProgram } from './gitleaks/run-program.ts'
export { GATEWAY_CREDENTIAL_RULE } from './inspect/inspector.ts'
export { LiveMaskStream } from './live/live-mask-stream.ts'
export { LiveSecrets, type LiveHit, MASK, MIN_LIVE_SECRET_BYTES } from './live/live-secrets.ts'
export type { SecretForm } from './live/secret-forms.ts'
export type {
  CleanReport,
  Finding,
  FoundReport,
  IncompleteReason,
  IncompleteReport,
  ScanBudget,
  ScanInput,
  ScanKind,
  ScanObject,
  ScanReport,
  Scanner,
} from './scanner.ts'
export { createSecretlintScanner, type SecretlintScannerOptions, type WorkerSetup } from './secretlint-scanner.ts'
