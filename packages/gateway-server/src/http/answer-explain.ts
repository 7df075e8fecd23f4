import { type Audience, type Explanation, type RepoId, type Subject, parseRepoId } from '@refward/core-policy'
import type { GatewayParts } from '../gateway-parts.ts'
import { explainBody } from './explain-body.ts'
import { parseJsonBody } from './parse-json-body.ts'
import { requireParsed } from './require-parsed.ts'

export interface ExplainAsker {
  readonly subject: Subject
  readonly audience: Audience
  readonly signal: AbortSignal
}

/** What would happen to what a body asks about, by the plane that would do it. */
export function answerExplain({ git, forge }: Pick<GatewayParts, 'git' | 'forge'>, body: unknown, asker: ExplainAsker): Promise<Explanation> {
  const { repository, push, forge: questions } = parseJsonBody(explainBody, body)
  const repo: RepoId = requireParsed(parseRepoId(repository), 'repository')
  return questions === undefined ? git.explain({ ...asker, repo, push }) : forge.explain({ ...asker, repo, questions })
}
