import { type GitRefsAnswer, gitFetchBody, gitLsRemoteBody, gitPushBody, renderOpenApi } from '@refward/core-policy'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import type { WorktreeCall } from '../git-operations/worktree-call.ts'
import { abortOnClose } from '../http/abort-on-close.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requestProblems } from '../http/request-problems.ts'
import type { OperationName } from '../observe/request-summary.ts'
import { summarisePush } from '../observe/summarise-push.ts'
import type { Entered, RequestGate } from '../session/request-gate.ts'
import { withinGate } from '../session/within-gate.ts'
import { type ListingArguments, readListing } from './read-listing.ts'
import { readPush } from './read-push.ts'
import { renderPushed, renderRefusedPush } from './render-push.ts'

interface ExecCall {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly entered: Entered
}

/** The exec plane: git operations for sandboxes that share a work tree with the gateway, as JSON. */
export function execRoutes(app: FastifyInstance, parts: GatewayParts & { readonly gate: RequestGate }): void {
  const route = (path: string, operation: OperationName, answer: (call: ExecCall) => Promise<object>): void => {
    app.post(path, (request, reply) => withinGate(parts.gate, request, operation, (entered) => answer({ request, reply, entered })))
  }

  route('/api/v1/git/push', 'push', (call) => push(parts, call))
  route('/api/v1/git/fetch', 'fetch', (call) => {
    const { repo_path: path, remote, operation, args } = parseJsonBody(gitFetchBody, call.request.body)
    return list(parts, call, { path, operation, remote, args })
  })
  route('/api/v1/git/ls-remote', 'list', (call) => {
    const { repo_path: path, remote, args = [] } = parseJsonBody(gitLsRemoteBody, call.request.body)
    return list(parts, call, { path, operation: 'ls-remote', remote, args })
  })

  const description = renderOpenApi()
  app.get('/api/v1/openapi.json', () => description)
}

async function push({ git }: GatewayParts, call: ExecCall): Promise<object> {
  const body = parseJsonBody(gitPushBody, call.request.body)
  const { remote, push: wanted } = readPush(body)
  const result = await git.pushWorktree(describeCall(call, { path: body.repo_path, remote }), wanted)
  switch (result.kind) {
    case 'unresolved':
      throw requestProblems(result.problems, 'refspecs')
    case 'done':
      Object.assign(call.request.summary, { repo: result.repo }, summarisePush(result.outcome))
      return renderPushed(result, body, call.request.id)
    case 'refused': {
      Object.assign(call.request.summary, summarisePush(result.outcome), { codes: result.refusals.map(({ code }) => code) })
      const { status, answer } = renderRefusedPush(result, call.request.id)
      return call.reply.code(status).send(answer)
    }
  }
}

async function list({ git }: GatewayParts, call: ExecCall, { path, ...listing }: ListingArguments & { readonly path: string }): Promise<GitRefsAnswer> {
  const { remote, filter } = readListing(listing)
  const { repo, refs } = await git.listForWorktree(describeCall(call, { path, remote }), listing.operation === 'fetch' ? 'fetch' : 'list')
  call.request.summary.repo = repo
  return {
    success: true,
    request_id: call.request.id,
    repository: repo,
    operation: listing.operation,
    // What is undefined is not written.
    refs: filter(refs).map(({ name, id, peeled, symrefTarget }) => ({ ref: name, id, peeled, symref: symrefTarget })),
  }
}

function describeCall({ request, reply, entered }: ExecCall, { path, remote }: Pick<WorktreeCall, 'path' | 'remote'>): WorktreeCall {
  const { subject, roots } = entered
  return { subject, roots, path, remote, requestId: requestIdOf(request), signal: abortOnClose(reply.raw) }
}
