import { type GhErrorAnswer, type GhExecuteAnswer, ghExecuteBody, renderRefusal } from '@refward/core-policy'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import type { GhAnswer } from '../gh/gh-answer.ts'
import { abortOnClose } from '../http/abort-on-close.ts'
import { type Failure, noteFailure, renderEnvelope, toFailure } from '../http/error-answer.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { RequestGate } from '../session/request-gate.ts'
import { withinGate } from '../session/within-gate.ts'

type Parts = GatewayParts & { readonly gate: RequestGate }

/** gh's own status for a command that cannot go on without a login. */
const EXIT_AUTHENTICATION = 4

/** A command line of gh: what it would print and how it would end, whatever becomes of it. The status says the same to whoever reads that alone. */
export async function answerGh(parts: Parts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  try {
    const answer = await withinGate(parts.gate, request, 'forge', ({ subject }) => {
      const { args, repo, cwd_branch: branch, stdin, tty } = parseJsonBody(ghExecuteBody, request.body)
      const call = { subject, requestId: requestIdOf(request), signal: abortOnClose(reply.raw) }
      return parts.forge.gh({ ...call, argv: args, stdin, repo, branch, screen: { isTerminal: tty === true } })
    })
    return await send(parts, reply, { success: answer.exitCode === 0, ...describe(parts, answer), request_id: request.id })
  } catch (error) {
    const failure = toFailure(error)
    noteFailure(request.summary, failure, error)
    if (failure.status === 401) reply.header('www-authenticate', 'Basic realm="refward", charset="UTF-8"')
    return send(parts, reply.code(failure.status), { ...renderEnvelope(failure, request.id), ...describe(parts, refusedAnswer(failure)) })
  }
}

function refusedAnswer(failure: Failure): GhAnswer {
  const { problems = [] } = failure
  // Of several, each is told: one more attempt is then enough.
  const further = problems.slice(1).map(({ message }) => `refward: ${message}`)
  return { exitCode: failure.status === 401 ? EXIT_AUTHENTICATION : 1, stdout: '', stderr: [...renderRefusal(failure), ...further].map((line) => `${line}\n`).join('') }
}

function describe({ forge }: Parts, { exitCode, stdout, stderr }: GhAnswer): Pick<GhExecuteAnswer, 'exit_code' | 'stdout' | 'stderr'> {
  return { exit_code: exitCode, stdout: forge.mask(stdout), stderr: forge.mask(stderr) }
}

/** Masked once more as a whole: what JSON has escaped has another spelling. */
function send({ forge }: Parts, reply: FastifyReply, value: GhExecuteAnswer | GhErrorAnswer): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(forge.mask(JSON.stringify(value)))
}
