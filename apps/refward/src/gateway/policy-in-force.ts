import { createHash } from 'node:crypto'

import type { Policy } from '@refward/core-policy'
import { compilePolicy } from '@refward/core-policy'

import type { LoadedConfig } from '../config/load-config.ts'

/** The policy that decides now. It is replaced between two requests, never within one: each takes it once. */
export class PolicyInForce {
  #policy: Policy
  #digest: string

  constructor(loaded: LoadedConfig) {
    this.#policy = compilePolicy(loaded.config)
    this.#digest = digestOf(loaded)
  }

  get policy(): Policy {
    return this.#policy
  }

  /** `sha256:` and the digest of the file, for the audit: which rules let something through can be told later. */
  get digest(): string {
    return this.#digest
  }

  replace(loaded: LoadedConfig, policy: Policy): void {
    this.#policy = policy
    this.#digest = digestOf(loaded)
  }
}

function digestOf({ text }: LoadedConfig): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`
}
