import { ASSIGNMENT_RULES } from './assignment-rules.ts'
import { CLOUD_RULES } from './cloud-rules.ts'
import { FORGE_RULES } from './forge-rules.ts'
import { KEY_RULES } from './key-rules.ts'
import type { Rule } from './rule.ts'
import { SERVICE_RULES } from './service-rules.ts'

/** Our own rules, most specific first: where two find the same bytes, the earlier one names them. */
export const OWN_RULES: readonly Rule[] = [
  ...FORGE_RULES,
  ...CLOUD_RULES,
  ...SERVICE_RULES,
  ...KEY_RULES,
  ...ASSIGNMENT_RULES,
]
