import type * as z from 'zod'
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
  /** Statuses of its refusals, beside those that every route has. */
  readonly refusals: readonly number[]
}

export const API_ROUTES: readonly ApiRoute[] = [
  {
    method: 'post',
    path: '/api/v1/git/push',
    id: 'gitPush',
    summary: 'Push out of a work tree that is shared with the gateway.',
    body: gitPushBody,
    answer: gitPushAnswer,
    refusals: [404, 409, 413, 422, 501, 502, 503, 504],
  },
  {
    method: 'post',
    path: '/api/v1/git/fetch',
    id: 'gitFetch',
    summary: 'Bring the mirror up to the forge, and list its refs; the objects are fetched over the git plane.',
    body: gitFetchBody,
    answer: gitRefsAnswer,
    refusals: [404, 413, 501, 502, 503, 504],
  },
  {
    method: 'post',
    path: '/api/v1/git/ls-remote',
    id: 'gitLsRemote',
    summary: 'List the refs of a repository as the forge has them now.',
    body: gitLsRemoteBody,
    answer: gitRefsAnswer,
    refusals: [404, 413, 501, 502, 503, 504],
  },
]
