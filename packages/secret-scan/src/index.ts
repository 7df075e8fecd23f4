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
