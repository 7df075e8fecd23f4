import { type Policy, type RepositoryPolicy, decideForgeRead, decideReceive, isRefwardError } from '@refward/core-policy'
import type { ForgeParts } from '../forge-operations/forge-context.ts'
import type { LiveSubject } from '../session/authenticate.ts'
import { grantsOf } from '../session/grants.ts'
import { type GhAnswer, show } from './gh-answer.ts'
import { cell } from './plain-text.ts'
import type { RepoId } from '@refward/core-policy'

export interface StatusQuestion {
  readonly policy: Policy
  readonly subject: LiveSubject
  /** The repository that gh was called in, where that is known. */
  readonly repo: RepoId | undefined
}

/** Who the agent is to refward, in whose name it acts on the forge, and what it may do. Never a token, nor a part of one. */
export async function authStatus(parts: ForgeParts, { policy, subject, repo }: StatusQuestion): Promise<GhAnswer> {
  const read = repo === undefined ? undefined : decideForgeRead(policy, subject, repo)
  const rules = read?.kind === 'permit' ? read.permit.policy : undefined
  const host = rules?.forgeUrl === undefined ? 'refward' : new URL(rules.forgeUrl).host
  const lines = [
    `✓ Logged in to refward as agent ${subject.agent} (session ${subject.session})`,
    '- Active account: true',
    `- Granted: ${grantsOf(subject).map(cell).join(', ')}`,
    ...(rules === undefined || repo === undefined ? [] : await describeRepository(parts, rules, decideReceive(policy, subject, repo).kind === 'permit')),
    '- Token: none in this sandbox; the gateway alone holds the credential of the forge',
  ]
  return show(`${cell(host)}\n${lines.map((line) => `  ${line}\n`).join('')}`)
}

async function describeRepository(parts: ForgeParts, rules: RepositoryPolicy, mayWrite: boolean): Promise<readonly string[]> {
  const { pulls, issues, read } = rules.settings.forge
  const rights = (settings: Readonly<Record<string, unknown>>): string => Object.entries(settings).flatMap(([name, value]) => (typeof value === 'string' ? [`${name} ${mayWrite ? value : 'never'}`] : [])).join(', ')
  return [
    `- Repository: ${rules.repo.id}`,
    `- Acts on the forge with: ${await describeCredential(parts, rules)}`,
    `- Reading pull requests and issues: ${read}`,
    `- Pull requests: ${rights({ ...pulls })}`,
    `- Issues: ${rights({ ...issues })}`,
  ]
}

const ACCOUNTS = { bot: 'an account of the gateway (bot)', user: 'the account of a person (user)', none: 'no credential' } as const

async function describeCredential({ keyring }: ForgeParts, rules: RepositoryPolicy): Promise<string> {
  try {
    const { mode } = await keyring.lease(rules.repo, 'read')
    return ACCOUNTS[mode]
  } catch (error) {
    if (!isRefwardError(error)) throw error
    return `${ACCOUNTS[rules.credentialMode]}, which is not available: ${error.message}`
  }
}
