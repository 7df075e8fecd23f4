import type * as z from 'zod'
import { errorAnswer, ghErrorAnswer } from './error-answer.ts'
import { ghExecuteAnswer, pullAnswer, pullCommentAnswer } from './gh-answers.ts'
import { ghExecuteBody, pullCloseBody, pullCommentBody, pullCreateBody, pullEditBody } from './gh-requests.ts'
import { gitPushAnswer, gitRefsAnswer } from './git-answers.ts'
import { gitFetchBody, gitLsRemoteBody, gitPushBody } from './git-requests.ts'

/** One route of the agents' API, for its description. */
export interface ApiRoute {
  readonly method: 'post'
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly body: z.ZodType
  readonly answer: z.ZodType
  /** Of a refusal or a fault. */
  readonly failure: z.ZodType
  /** Statuses of its refusals, beside those that every route has. */
  readonly refusals: readonly number[]
}

const FORGE_REFUSALS = [404, 409, 413, 422, 501, 502, 503, 504] as const

function pull(word: string, body: z.ZodType, answer: z.ZodType): Omit<ApiRoute, 'id' | 'summary'> {
  return { method: 'post', path: `/api/v1/gh/pr/${word}`, body, answer, failure: errorAnswer, refusals: FORGE_REFUSALS }
}

export const API_ROUTES: readonly ApiRoute[] = [
  {
    method: 'post',
    path: '/api/v1/git/push',
    id: 'gitPush',
    summary: 'Push out of a work tree that is shared with the gateway.',
    body: gitPushBody,
    answer: gitPushAnswer,
    failure: errorAnswer,
    refusals: [404, 409, 413, 422, 501, 502, 503, 504],
  },
  {
    method: 'post',
    path: '/api/v1/git/fetch',
    id: 'gitFetch',
    summary: 'Bring the mirror up to the forge, and list its refs; the objects are fetched over the git plane.',
    body: gitFetchBody,
    answer: gitRefsAnswer,
    failure: errorAnswer,
    refusals: [404, 413, 501, 502, 503, 504],
  },
  {
    method: 'post',
    path: '/api/v1/git/ls-remote',
    id: 'gitLsRemote',
    summary: 'List the refs of a repository as the forge has them now.',
    body: gitLsRemoteBody,
    answer: gitRefsAnswer,
    failure: errorAnswer,
    refusals: [404, 413, 501, 502, 503, 504],
  },
  {
    method: 'post',
    path: '/api/v1/gh/execute',
    id: 'ghExecute',
    summary: 'Do what a command line of gh says, and answer what gh would print.',
    body: ghExecuteBody,
    answer: ghExecuteAnswer,
    failure: ghErrorAnswer,
    refusals: FORGE_REFUSALS,
  },
  { ...pull('create', pullCreateBody, pullAnswer), id: 'pullCreate', summary: 'Open a pull request from a branch of the agent.' },
  { ...pull('comment', pullCommentBody, pullCommentAnswer), id: 'pullComment', summary: 'Comment on a pull request.' },
  { ...pull('edit', pullEditBody, pullAnswer), id: 'pullEdit', summary: 'Change the title, the text or the base of a pull request of the agent.' },
  { ...pull('close', pullCloseBody, pullAnswer), id: 'pullClose', summary: 'Close a pull request of the agent.' },
]
