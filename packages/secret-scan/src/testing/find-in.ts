import { rules as presetRules } from '@secretlint/secretlint-rule-preset-recommend'
import { DetectorSet } from '../inspect/detector-set.ts'
import { Inspector, type Match } from '../inspect/inspector.ts'
import { LiveSecrets } from '../live/live-secrets.ts'
import { OWN_RULES } from '../rules/own-rules.ts'
import { createRuleDetector } from '../rules/rule.ts'
import { createPresetDetectors } from '../secretlint/preset-detectors.ts'

const NO_SECRETS = new LiveSecrets([])

/** An inspector with all rules, as a worker has it. */
export function createFullInspector(): Inspector {
  return new Inspector(new DetectorSet([...OWN_RULES.map(createRuleDetector), ...createPresetDetectors(presetRules)]))
}

/** What is found in bytes or in a text of Latin-1 characters. */
export function findIn(inspector: Inspector, content: string | Uint8Array): readonly Match[] {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : Buffer.from(content)
  return inspector.inspect(bytes, NO_SECRETS).matches
}
