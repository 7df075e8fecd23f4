import type { FoundAt, SecretFinding } from '../decide/facts.ts'
import type { ForgeObjectKind } from './forge-change.ts'

/** What the forge itself said about a pull request or an issue, in this request. */
export interface ForgeObjectFact {
  readonly kind: ForgeObjectKind
  readonly number: number
  /** The forge's own id, which no other object ever has: numbers begin anew when a repository is made again under its name. */
  readonly id: string
  /** Of a pull request: the branch that it comes from, and whether that is one of this very repository. */
  readonly head?: { readonly branch: string; readonly isSameRepository: boolean } | undefined
  readonly base?: string | undefined
}

/** An object that an agent made through the gateway, as the ledger has it. */
export interface OwnedObject {
  readonly kind: ForgeObjectKind
  readonly number: number
  readonly id: string
}

export interface ForgeFacts {
  /** Full names of refs that this agent made in this repository, from the ledger. */
  readonly ownedRefs: ReadonlySet<string>
  readonly ownedObjects: readonly OwnedObject[]
  /** The object that the change is about. */
  readonly object: ForgeObjectFact | undefined
  readonly findings: readonly SecretFinding[]
  readonly ownCredentials: readonly FoundAt[]
  /** Milliseconds since 1970. */
  readonly now: number
}
