import { inspect } from 'node:util'
import { type CredentialConfig, type ForgeConfig, type Policy, RefwardError, type RepoRef } from '@refward/core-policy'
import { type CredentialSource, describeSource, readSource, sourceKey, type SourceReaders } from './credential-source.ts'
import { Lease, type LeasePurpose } from './lease.ts'
import { RetiredSecrets } from './retired-secrets.ts'
import type { ParsedToken } from './token.ts'

/** What a keyring needs from outside. */
export interface KeyringEdge extends SourceReaders {
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** A source that gave no credential. */
export interface CredentialProblem {
  /** `forges.gitea` or `repositories.gitea/acme/*`, as in the configuration. */
  readonly path: string
  /** What the operator has to look at; holds nothing that the source gave. */
  readonly detail: string
}

/** Hands out leases for the credentials that the operator's sources hold. They are read at the start and on reload, never between. */
export interface Keyring {
  /**
   * @throws RefwardError `RW_CREDENTIAL_UNAVAILABLE` when the source of exactly this repository gave no credential. No other
   *   credential is tried in its place: it could have rights that the operator did not mean to give here.
   */
  lease(repo: RepoRef, purpose: LeasePurpose): Promise<Lease>
  /** The sources that gave nothing when they were last read. */
  problems(): readonly CredentialProblem[]
  /**
   * Every credential that may still be in use, for the search in what enters and leaves. It holds those that a reload
   * replaced until the last lease of them has expired.
   */
  secrets(): readonly Uint8Array[]
  /** Reads every source again, for this policy. A source that fails now gives no credential, even if it did before. */
  reload(policy: Policy): Promise<void>
}

/** How long a lease is good for. Longer than any operation that begins with it, so that it ends no push half way. */
export const LEASE_LIFETIME_MS: number = 60 * 60_000

/** Makes a keyring and reads every source once. Sources that fail are told by `problems()`; the gateway can start without them. */
export async function createKeyring(policy: Policy, edge: KeyringEdge): Promise<Keyring> {
  const keyring = new SourcedKeyring(edge)
  await keyring.reload(policy)
  return keyring
}

/** What the sources of one configuration gave, read at one moment. */
interface Generation {
  readonly policy: Policy
  readonly tokens: ReadonlyMap<string, ParsedToken>
}

class SourcedKeyring implements Keyring {
  readonly #edge: KeyringEdge
  readonly #retired: RetiredSecrets
  #generation: Generation | undefined
  #reloads: Promise<void> = Promise.resolve()
  #leases = 0

  constructor(edge: KeyringEdge) {
    this.#edge = edge
    this.#retired = new RetiredSecrets(edge.clock, LEASE_LIFETIME_MS)
  }

  lease(repo: RepoRef, purpose: LeasePurpose): Promise<Lease> {
    return Promise.try(() => {
      const { forge, config } = this.#binding(repo)
      this.#leases += 1
      const terms = {
        id: `lease-${this.#leases}`,
        repo,
        purpose,
        origin: new URL(forge.url).origin,
        apiOrigin: forge.apiUrl === undefined ? undefined : new URL(forge.apiUrl).origin,
        mode: config.kind === 'none' ? ('none' as const) : config.mode,
        source: config.kind === 'none' ? 'credential of the repository in refward.yaml' : describeSource(config),
        expiresAt: this.#edge.clock() + LEASE_LIFETIME_MS,
      }
      if (config.kind === 'none') return new Lease(terms, undefined)
      return new Lease(terms, { username: config.username, token: this.#token(repo, config) })
    })
  }

  problems(): readonly CredentialProblem[] {
    const { policy, tokens } = this.#current()
    return namedCredentials(policy).flatMap(({ path, config }) => {
      const token = config.kind === 'none' ? undefined : tokens.get(sourceKey(config))
      return token?.kind === 'error' ? [{ path, detail: token.detail }] : []
    })
  }

  secrets(): readonly Uint8Array[] {
    return [...liveTokens(this.#current()).union(this.#retired.live())].map((token) => Buffer.from(token))
  }

  // One after another: of two reloads at once, the older could otherwise end last and win.
  reload(policy: Policy): Promise<void> {
    const reload = this.#reloads.then(() => this.#read(policy))
    this.#reloads = reload.catch(() => undefined)
    return reload
  }

  async #read(policy: Policy): Promise<void> {
    const sources = new Map(namedCredentials(policy).flatMap(({ config }) => (config.kind === 'none' ? [] : [[sourceKey(config), config]])))
    const read = [...sources].map(async ([key, source]) => [key, await readSource(source, this.#edge)] as const)
    const next = { policy, tokens: new Map(await Promise.all(read)) }
    if (this.#generation !== undefined) this.#retired.add(liveTokens(this.#generation).difference(liveTokens(next)))
    this.#generation = next
  }

  #binding(repo: RepoRef): { readonly forge: ForgeConfig; readonly config: CredentialConfig } {
    const { policy } = this.#current()
    const forge = policy.config.forges.get(repo.forge)
    const rules = policy.repository(repo.id)
    if (forge === undefined || rules === undefined) {
      throw new RefwardError('RW_CREDENTIAL_UNAVAILABLE', { repo: repo.id, detail: 'the configuration does not name it any more' })
    }
    return { forge, config: rules.settings.credential ?? forge.credential }
  }

  #token(repo: RepoRef, source: CredentialSource): string {
    const token = this.#current().tokens.get(sourceKey(source))
    if (token?.kind === 'ok') return token.token
    throw new RefwardError('RW_CREDENTIAL_UNAVAILABLE', { repo: repo.id, detail: token?.detail ?? 'its source was not read' })
  }

  #current(): Generation {
    if (this.#generation === undefined) throw new RefwardError('RW_INTERNAL', {}, { cause: new Error('the keyring was not loaded') })
    return this.#generation
  }

  toString(): string {
    return 'Keyring'
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

interface NamedCredential {
  readonly path: string
  readonly config: CredentialConfig
}

function namedCredentials({ config }: Policy): readonly NamedCredential[] {
  const forges = [...config.forges].map(([name, forge]) => ({ path: `forges.${name}`, config: forge.credential }))
  const repositories = config.repositories.flatMap(({ key, settings }) => {
    return settings.credential === undefined ? [] : [{ path: `repositories.${key}`, config: settings.credential }]
  })
  return [...forges, ...repositories]
}

function liveTokens({ tokens }: Generation): Set<string> {
  return new Set([...tokens.values()].flatMap((token) => (token.kind === 'ok' ? [token.token] : [])))
}
